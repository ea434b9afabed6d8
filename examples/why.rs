use std::io::Read;
fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    for line in text.lines() {
        let line = line.replace("\\n", "\n");
        println!("== {line}");
        for row in stanch::check::debug(line.as_bytes()) { println!("   {row}"); }
    }
}
