"""Files on which a hook of pre-commit-hooks and our rules should say the same, and files at the edges: made here, for every id."""

import base64
import hashlib
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Exec:
    """A file that can be run."""

    text: bytes


@dataclass
class Link:
    """A link."""

    target: str


@dataclass
class Submodule:
    """A repository in the repository."""


@dataclass
class Case:
    """A change: what stood in the repository before, what is staged, and how the hook is called."""

    id: str
    name: str
    files: dict
    args: list = field(default_factory=list)
    before: dict = field(default_factory=dict)
    branch: str = "topic"
    merging: bool = False
    hook: dict = field(default_factory=dict)


def bytes_of(text):
    return text.encode() if isinstance(text, str) else text


def texts(hook, path, *, args=(), hook_keys=None, **cases):
    """A case for each text, all of them in a file of the same name; `_` in a name is a blank."""
    return [Case(hook, name.replace("_", " "), {path: bytes_of(text)}, list(args), hook=dict(hook_keys or {})) for name, text in cases.items()]


def key(*words):
    """A private key that was made for this run and opens nothing."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "key"
        command = [word.replace("OUT", str(out)) for word in words]
        subprocess.run(command, check=True, capture_output=True)
        return out.read_bytes()


BEGIN, END = "-----BEGIN {} PRIVATE KEY-----\n", "-----END {} PRIVATE KEY-----\n"
JSON, YAML, TOML, XML, PY = "a.json", "a.yaml", "a.toml", "a.xml", "a.py"
LARGE = 500 << 10
MERGE = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> topic\nd\n"


def blanks():
    hook = "trailing-whitespace"
    yield from texts(hook, "a.txt", none="a\n", a_blank="a \n", a_tab="a\t\n", of_crlf="a \r\n", last_line="a\nb ", only_blanks="a\n   \nb\n")
    yield from texts(hook, "a.txt", empty="", a_form_feed="a\x0c\n", a_form_feed_alone="a\n\x0c\nb\n", a_vertical_tab="a\x0b\n", of_cr="a \rb\r")
    yield from texts(hook, "a.txt", a_no_break_space="a\u00a0\n", an_ideographic_space="a\u3000\n", latin_1=b"\xe9 \n", blanks_before="  a\n")
    yield from texts(hook, "a.md", two_blanks_in_markdown="a  \nb\n", three_in_markdown="a   \nb\n", one_in_markdown="a \nb\n")
    yield from texts(hook, "a.md", args=["--markdown-linebreak-ext=md"], two_blanks_kept="a  \nb\n", three_with_the_flag="a   \nb\n", blank_line_with_the_flag="a\n  \nb\n")
    yield from texts(hook, "a.txt", args=["--markdown-linebreak-ext=*"], two_blanks_in_text_with_a_star="a  \nb\n")
    yield from texts(hook, "a.svg", in_svg="<svg> \n</svg>\n")
    yield from texts(hook, "a.bin", binary=b"a \n\x00\x01\x02")


def newlines():
    hook = "end-of-file-fixer"
    yield from texts(hook, "a.txt", one="a\n", none="a", two="a\n\n", crlf="a\r\n", two_crlf="a\r\n\r\n", cr="a\r", empty="", only_newlines="\n\n", one_newline="\n")
    yield from texts(hook, "a.txt", blanks_at_the_end="a\n  ", mixed="a\n\r\n", lf_behind_cr="a\r\n\n")
    yield from texts(hook, "a.patch", a_patch_without="--- a\n+++ b")
    yield from texts(hook, "a.svg", in_svg="<svg/>")


def ends():
    hook = "mixed-line-ending"
    yield from texts(hook, "a.txt", lf="a\nb\n", crlf="a\r\nb\r\n", cr="a\rb\r", mixed="a\r\nb\n", three="a\r\nb\nc\r", none="a", last_without="a\r\nb")
    yield from texts(hook, "a.txt", args=["--fix=lf"], crlf_where_lf_is_asked="a\r\nb\r\n", lf_where_lf_is_asked="a\nb\n")
    yield from texts(hook, "a.txt", args=["--fix=no"], mixed_and_not_mended="a\r\nb\n")
    yield from texts(hook, "a.patch", mixed_in_a_patch="a\r\nb\n")


def marks():
    hook = "fix-byte-order-marker"
    mark = b"\xef\xbb\xbf"
    yield from texts(hook, "a.txt", none="a\n", at_the_beginning=mark + b"a\n", alone=mark, later=b"a\n" + mark + b"b\n", twice=mark * 2 + b"a\n")
    yield from texts(hook, "a.csv", in_csv=mark + b"a,b\n")
    yield from texts(hook, "a.txt", utf_16="a\n".encode("utf-16"))


def conflicts():
    hook, merging = "check-merge-conflict", ["--assume-in-merge"]
    yield from texts(hook, "a.txt", args=merging, a_conflict=MERGE, of_crlf=MERGE.replace("\n", "\r\n"), none="a\n", the_beginning_alone="<<<<<<< HEAD\na\n")
    yield from texts(hook, "a.txt", args=merging, the_end_alone="a\n>>>>>>> topic\n", set_in=MERGE.replace("\n", "\n  "), with_diff3=MERGE.replace("=====", "||||||| 0123abc\nx\n=====", 1))
    yield from texts(hook, "a.rst", args=merging, a_heading="Heading\n=======\n\ntext\n", a_heading_of_chevrons="Heading\n<<<<<<<\n")
    yield from texts(hook, "a.txt", args=merging, seven_signs_and_a_word="======= end\n", eight_signs="<<<<<<<< HEAD\n")
    yield from texts(hook, "a.txt", outside_a_merge=MERGE)
    yield Case(hook, "in a merge", {"a.txt": MERGE.encode()}, merging=True)


def links_to_lines():
    hook = "check-vcs-permalinks"
    base = "https://github.com/acme/tool/blob/"
    yield from texts(hook, "a.md", a_branch=f"see {base}main/a.py#L3\n", a_commit=f"{base}{'0f' * 20}/a.py#L3\n", short_commit=f"{base}0f0f0f/a.py#L3\n", no_line=f"{base}main/a.py\n")
    yield from texts(hook, "a.md", a_tag_with_dots=f"{base}v1.2.3/a.py#L3\n", a_tag_without=f"{base}v1/a.py#L3\n", a_branch_of_hex_letters=f"{base}decade/a.py#L3\n", a_branch_with_a_slash=f"{base}fix/a/b.py#L3\n")
    yield from texts(hook, "a.md", http=f"{base.replace('https', 'http')}main/a.py#L3\n", gitlab="https://gitlab.com/acme/tool/-/blob/main/a.py#L3\n", a_wiki="https://github.com/acme/tool/wiki/A#L3\n", a_branch_main_2=f"{base}main-2/a.py#L3-L9\n")
    yield from texts(hook, "a.md", args=["--additional-github-domain=git.acme.example"], another_host="https://git.acme.example/acme/tool/blob/main/a.py#L3\n")


def keys():
    hook = "detect-private-key"
    rsa = key("openssl", "genrsa", "-out", "OUT", "2048")
    yield Case(hook, "an RSA key", {"a.txt": rsa})
    yield Case(hook, "an RSA key of another form", {"a.txt": key("openssl", "genrsa", "-traditional", "-out", "OUT", "2048")})
    yield Case(hook, "an encrypted key", {"a.txt": key("openssl", "genrsa", "-aes256", "-passout", "pass:made for a test", "-out", "OUT", "2048")})
    yield Case(hook, "an EC key", {"a.txt": key("openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", "OUT")})
    yield Case(hook, "a key of OpenSSH", {"id": key("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "OUT")})
    yield Case(hook, "a key in a program", {"a.py": b'KEY = """' + rsa + b'"""\n'})
    yield Case(hook, "a key in JSON", {"a.json": b'{"key": "' + rsa.replace(b"\n", b"\\n") + b'"}\n'})
    yield Case(hook, "a certificate", {"a.pem": b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"})
    yield Case(hook, "the first line alone", {"a.txt": BEGIN.format("RSA").encode()})
    yield Case(hook, "a marker in prose", {"a.md": ("It begins with " + "BEGIN " + "RSA PRIVATE KEY" + " and goes on.\n").encode()})
    yield Case(hook, "a key that is no key", {"a.txt": (BEGIN.format("RSA") + "not a key\n" + END.format("RSA")).encode()})
    drawn = [hashlib.md5(bytes([line])).hexdigest() for line in range(16)]
    static = ["-----BEGIN OpenVPN Static key V1-----", *drawn, "-----END OpenVPN Static key V1-----", ""]
    yield Case(hook, "a static key of OpenVPN", {"a.key": "\n".join(static).encode()})


def json_files():
    hook = "check-json"
    yield from texts(hook, JSON, an_object='{"a": 1}\n', a_list="[1, 2]\n", a_number="1\n", a_string='"a"\n', empty="", blanks=" \n", a_comma_at_the_end='{"a": 1,}\n', a_comment="// a\n{}\n")
    yield from texts(hook, JSON, a_key_twice='{"a": 1, "a": 2}\n', a_key_twice_deep='{"b": [{"a": 1, "a": 2}]}\n', the_same_key_elsewhere='{"a": {"a": 1}}\n', quotes_of_one="{'a': 1}\n", two_values="{} {}\n")
    yield from texts(hook, JSON, not_a_number='{"a": NaN}\n', infinity="[Infinity]\n", a_tab_in_a_string='["a\tb"]\n', an_escape_that_is_none='["\\x"]\n', leading_zero="[01]\n", hex="[0x1]\n", plus="[+1]\n", a_dot="[1.]\n")
    yield from texts(hook, JSON, a_byte_order_mark=b"\xef\xbb\xbf{}\n", latin_1=b'["\xe9"]\n', utf_16='{"a": 1}\n'.encode("utf-16"), lone_surrogate='["\\ud800"]\n', nested_100="[" * 100 + "]" * 100 + "\n", nested_900="[" * 900 + "]" * 900 + "\n")
    yield from texts(hook, "tsconfig.json", comments_by_custom="{\n  // a\n  \"a\": 1,\n}\n", sound_by_custom="{}\n")
    yield from texts(hook, "a.geojson", another_ending="{,}\n")
    yield from texts(hook, "a.ipynb", a_notebook="{,}\n")
    yield from texts(hook, ".babelrc", of_babel="{,}\n")
    yield from texts(hook, "Pipfile.lock", a_lock_file="{,}\n")


def yaml_files():
    hook = "check-yaml"
    yield from texts(hook, YAML, a_mapping="a: 1\n", empty="", a_comment="# a\n", open_bracket="a: [1, 2\n", a_tab="a:\n\tb: 1\n", a_key_twice="a: 1\na: 2\n", a_key_twice_deep="b:\n- a: 1\n  a: 2\n")
    yield from texts(hook, YAML, two_documents="a: 1\n---\nb: 2\n", an_unknown_tag="a: !vault x\n", a_known_tag="a: !!str 1\n", an_alias="a: &x 1\nb: *x\n", an_unknown_alias="b: *x\n", a_merge="a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n")
    yield from texts(hook, YAML, two_merges="a: &x {b: 1}\nb: &y {c: 1}\nd:\n  <<: *x\n  <<: *y\n", a_colon_in_a_value="a: b: c\n", a_percent="a: %x\n", an_at="a: @x\n", bad_indentation="a:\n  b: 1\n c: 2\n", an_open_quote='a: "b\n', a_backtick="a: `x`\n")
    yield from texts(hook, YAML, a_bracket_not_indented="a:\n  b: [\n    1,\n  ]\n", a_bracket_at_the_left="a:\n  b: [\n1,\n]\n", a_template="a: {{ x }}\n", a_template_line="{% if a %}\nb: 1\n{% endif %}\n", a_byte_order_mark=b"\xef\xbb\xbfa: 1\n", latin_1=b"a: \xe9\n")
    yield from texts(hook, YAML, a_null_key="? \n: 1\n", a_complex_key="? [a]\n: 1\n", yes_and_true="yes: 1\ntrue: 2\n", one_and_one="1: a\n0x1: b\n", a_date="a: 2020-13-45\n", an_octal="a: 0o9\n", a_billion="a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n")
    yield from texts(hook, YAML, a_tab_behind_a_value="a: 1\t\n", a_tab_in_brackets="a: [\n\t1]\n", a_directive="%YAML 1.1\n---\na: 1\n", an_unknown_directive="%X\n---\na: 1\n", a_document_end="a: 1\n...\n", text_behind_an_end="a: 1\n...\nb: 2\n", a_control_sign="a: \x01\n")
    yield from texts(hook, YAML, a_block="a: |\n  b\n  c\n", a_block_with_an_indicator="a: |2\n   b\n", an_empty_block="a: >\n", a_list_not_indented="a:\n- 1\n", a_long_key="? " + "k" * 2000 + "\n: 1\n", a_long_plain_key="k" * 1100 + ": 1\n", a_number_key="1: 2\n")
    yield from texts(hook, YAML, args=["-m"], two_documents_allowed="a: 1\n---\nb: 2\n", the_second_is_broken="a: 1\n---\nb: [\n")
    yield from texts(hook, YAML, args=["--unsafe"], an_unknown_tag_allowed="a: !vault x\n", a_key_twice_unsafe="a: 1\na: 2\n")
    yield from texts(hook, "charts/x/templates/a.yaml", a_template_of_helm="a: {{ .Values.x }}\n  b: 1\n")
    yield from texts(hook, ".yamllint", of_yamllint="a: [\n")
    yield from texts(hook, ".clang-format", of_clang="a: [\n")


def toml_files():
    hook = "check-toml"
    yield from texts(hook, TOML, a_table="[a]\nb = 1\n", empty="", a_key_twice="a = 1\na = 2\n", a_table_twice="[a]\n[a]\n", no_value="a =\n", no_quotes="a = b\n", a_comment="# a\n", a_date="a = 2020-01-01\n", a_wrong_date="a = 2020-13-01\n")
    yield from texts(hook, TOML, an_inline_table="a = {b = 1}\n", a_comma_in_an_inline_table="a = {b = 1,}\n", lines_in_an_inline_table="a = {\n  b = 1\n}\n", an_escape_of_1_1='a = "\\e"\n', hex_escape='a = "\\x41"\n', time_without_seconds="a = 07:32\n")
    yield from texts(hook, TOML, a_dotted_key="a.b = 1\n", a_dotted_key_twice="a.b = 1\n[a]\n", leading_zero="a = 01\n", a_byte_order_mark=b"\xef\xbb\xbfa = 1\n", latin_1=b'a = "\xe9"\n', of_cr="a = 1\rb = 2\r", mixed_list='a = [1, "b"]\n')
    yield from texts(hook, "Cargo.lock", a_lock_file="a =\n")
    yield from texts(hook, "Pipfile", of_pipenv="a =\n")


def xml_files():
    hook = "check-xml"
    yield from texts(hook, XML, an_element="<a/>\n", empty="", a_declaration='<?xml version="1.0"?>\n<a/>\n', open_tag="<a><b></a>\n", two_roots="<a/><b/>\n", a_bare_ampersand="<a>&</a>\n", an_attribute_twice='<a b="1" b="2"/>\n')
    yield from texts(hook, XML, an_unknown_entity="<a>&x;</a>\n", an_entity='<!DOCTYPE a [<!ENTITY x "y">]>\n<a>&x;</a>\n', a_prefix_that_is_none="<x:a/>\n", no_quotes="<a b=1/>\n", blanks_before=" <?xml version='1.0'?><a/>\n", latin_1=b"<?xml version='1.0' encoding='latin-1'?><a>\xe9</a>\n")
    yield from texts(hook, XML, latin_1_that_says_utf_8=b"<a>\xe9</a>\n", a_comment_with_hyphens="<a><!-- a -- b --></a>\n", a_control_sign="<a>\x01</a>\n", a_sign_by_number="<a>&#1;</a>\n", text_behind="<a/>text\n", utf_16='<?xml version="1.0" encoding="utf-16"?><a/>\n'.encode("utf-16"), version_1_1='<?xml version="1.1"?><a/>\n')
    yield from texts(hook, XML, a_billion='<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]>\n<a>&c;</a>\n', an_outer_dtd='<!DOCTYPE a SYSTEM "http://example.org/a.dtd">\n<a>&x;</a>\n', nested_300="<a>" * 300 + "</a>" * 300 + "\n")
    yield from texts(hook, "a.svg", broken_svg="<svg>\n")
    yield from texts(hook, "a.xhtml", broken_xhtml="<html>\n")
    yield from texts(hook, "a.kml", broken_kml="<kml>\n")
    yield from texts(hook, "a.props", broken_props="<a>\n")


def python_files():
    hook = "check-ast"
    yield from texts(hook, PY, sound="x = 1\n", empty="", open_bracket="x = (1\n", python_2="print 'a'\n", a_bad_indent="if a:\nb\n", a_tab_among_blanks="if a:\n        b\n\tc\n", a_form_feed="\x0c\nx = 1\n", no_newline="x = 1", of_cr="x = 1\ry = 2\r")
    yield from texts(hook, PY, match="match a:\n    case 1: pass\n", walrus="(a := 1)\n", star_group="try: pass\nexcept* E: pass\n", a_type_parameter="def f[T](x: T): pass\n", nested_quotes="x = f'{a['b']}'\n", two_exceptions="try: pass\nexcept A, B: pass\n", a_template_string="x = t'{a}'\n")
    yield from texts(hook, PY, return_outside="return 1\n", yield_outside="yield 1\n", break_outside="break\n", await_outside="await a\n", nonlocal_at_module="nonlocal a\n", a_parameter_twice="def f(a, a): pass\n", assign_to_a_literal="1 = a\n", delete_a_call="del a()\n", none_as_a_name="None = 1\n")
    yield from texts(hook, PY, a_cookie=b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", latin_1_without=b"x = '\xe9'\n", an_unknown_cookie="# -*- coding: unheard-of -*-\n", a_byte_order_mark=b"\xef\xbb\xbfx = 1\n", a_nul=b"x = 1\0\n", a_continued_line="x = 1 + \\\n  2\n", deep="x = " + "(" * 80 + "1" + ")" * 80 + "\n")
    yield from texts(hook, PY, an_invalid_escape="x = '\\d'\n", an_invalid_number="x = 1_\n", unicode_name="é = 1\n", a_future_that_is_none="from __future__ import braces\n", a_future_late="x = 1\nfrom __future__ import annotations\n", star_assign="*a = 1\n", a_keyword_twice="f(a=1, a=2)\n", positional_behind="f(a=1, 2)\n")
    yield from texts(hook, "a.pyi", a_stub="def f(: ...\n")
    yield from texts(hook, "wscript", a_name_without_ending="x = (1\n")
    yield Case(hook, "a script without ending", {"tool": Exec(b"#!/usr/bin/env python3\nx = (1\n")})


def debuggers():
    hook = "debug-statements"
    yield from texts(hook, PY, a_call="breakpoint()\n", an_import="import pdb\n", from_import="from pdb import set_trace\n", several="import os, pdb\n", as_name="import ipdb as i\n", in_one_line="import pdb; pdb.set_trace()\n", none="x = 1\n", a_comment="# breakpoint()\n", a_string="x = 'breakpoint()'\n")
    yield from texts(hook, PY, a_docstring='"""\nimport pdb\n"""\n', a_method="a.breakpoint()\n", a_name="x = breakpoint\n", argument="f(breakpoint())\n", an_attribute="import pdb.sub\n", in_a_function="def f():\n    breakpoint()\n", behind_an_if="if a: breakpoint()\n", in_a_lambda="f = lambda: breakpoint()\n")
    yield from texts(hook, PY, q="import q\n", rdb="import rdb\n", pydevd="import pydevd_pycharm\n", bpdb="import bpdb\n", pdbr="from pdbr import x\n", wdb="import wdb\n", rpdb="import rpdb\n", pudb="import pudb\n", web_pdb="import web_pdb\n", does_not_parse="x = (1\n", set_trace="from a import set_trace\nset_trace()\n")
    yield from texts(hook, PY, over_lines="import (\n", behind_a_quote="x = 'a'; breakpoint()\n", with_blanks="breakpoint ()\n", split_over_lines="from pdb import (\n    set_trace,\n)\n", in_a_comprehension="[breakpoint() for a in b]\n", an_argument="breakpoint(header='a')\n", awaited="async def f():\n    await breakpoint()\n")


def large():
    hook = "check-added-large-files"
    yield from texts(hook, "a.bin", at_the_bound=b"\0" * LARGE, one_more=b"\0" * (LARGE + 1), small="a\n")
    yield from texts(hook, "a.bin", args=["--maxkb=10"], above_a_lower_bound=b"\0" * 20_000)
    yield from texts(hook, "a.bin", args=["--maxkb=1000"], below_a_higher_bound=b"\0" * 600_000)
    yield Case(hook, "one that was there and grew", {"a.bin": b"\0" * (LARGE + 2)}, before={"a.bin": b"\0" * (LARGE + 1)})
    yield Case(hook, "one that was small before", {"a.bin": b"\0" * (LARGE + 2)}, before={"a.bin": b"\0"})
    yield Case(hook, "one that was there, and all are asked", {"a.bin": b"\0" * (LARGE + 2)}, ["--enforce-all"], before={"a.bin": b"\0" * (LARGE + 1)})
    yield Case(hook, "a pointer of LFS", {"a.bin": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345678\n"})
    yield Case(hook, "a lock file", {"package-lock.json": b"{}" + b" " * (LARGE + 1)})


def modes():
    script = b"#!/bin/sh\ntrue\n"
    for hook, flip in [("check-executables-have-shebangs", False), ("check-shebang-scripts-are-executable", True)]:
        yield Case(hook, "a script that can be run", {"a": Exec(script)})
        yield Case(hook, "a script that cannot", {"a": script})
        yield Case(hook, "a text that can be run", {"a.txt": Exec(b"a\n")})
        yield Case(hook, "a text that cannot", {"a.txt": b"a\n"})
        yield Case(hook, "an empty file", {"a.txt": Exec(b"") if not flip else b""})
        yield Case(hook, "a program", {"a": Exec(b"\x7fELF\0\0")})
        yield Case(hook, "a shebang of a name", {"a": Exec(b"#!sh\n") if not flip else b"#!sh\n"})
        yield Case(hook, "a shebang without more", {"a": Exec(b"#!\n") if not flip else b"#!\n"})
        yield Case(hook, "an attribute of Rust", {"a.rs": b"#![warn(a)]\n" if flip else Exec(b"#![warn(a)]\n")})
        yield Case(hook, "blanks behind the shebang", {"a": script.replace(b"#!", b"#!  ") if flip else Exec(script.replace(b"#!", b"#!  "))})
        yield Case(hook, "a mark before the shebang", {"a": b"\xef\xbb\xbf" + script if flip else Exec(b"\xef\xbb\xbf" + script)})
        yield Case(hook, "a mode that changed alone", {"a.txt": script if flip else Exec(b"a\n")}, before={"a.txt": Exec(script) if flip else b"a\n"})
        yield Case(hook, "a template", {"a.in": script if flip else Exec(b"a\n")})
        yield Case(hook, "a batch file", {"a.bat": b"#!/bin/sh\n" if flip else Exec(b"@echo off\n")})
        yield Case(hook, "a link to a script", {"a": Link("b"), "b": Exec(script)})


def names():
    hook = "check-illegal-windows-names"
    for path in ["aux.txt", "a/nul", "con/a.txt", "com1.tar.gz", "lpt0", "com\u00b9", "a:b", "a?b", "a*b", 'a"b', "a<b", "a|b", "a\\b", "a.", "a ", "a./b", "a /b", "console.c", "auxiliary", "com10", "a.aux", ".gitignore", "\u00e4", "conin$", "a\tb", "con .txt", " a"]:
        yield Case(hook, f"`{path}`", {path: b"x\n"})
    hook = "check-case-conflict"
    yield Case(hook, "two new", {"a.txt": b"x\n", "A.txt": b"x\n"})
    yield Case(hook, "new beside old", {"A.txt": b"x\n"}, before={"a.txt": b"x\n"})
    yield Case(hook, "a folder", {"A/b.txt": b"x\n"}, before={"a/c.txt": b"x\n"})
    yield Case(hook, "a folder and a file", {"A": b"x\n"}, before={"a/c.txt": b"x\n"})
    yield Case(hook, "none", {"b.txt": b"x\n"}, before={"a.txt": b"x\n"})
    yield Case(hook, "two that were there", {"b.txt": b"x\n"}, before={"a.txt": b"x\n", "A.txt": b"x\n"})
    yield Case(hook, "letters beyond ASCII", {"\u00c4.txt": b"x\n"}, before={"\u00e4.txt": b"x\n"})
    yield Case(hook, "a name that moved to another case", {"a.txt": None, "A.txt": b"x\n"}, before={"a.txt": b"x\n"})


def links():
    hook = "check-symlinks"
    yield Case(hook, "to a file", {"a": Link("b"), "b": b"x\n"})
    yield Case(hook, "to nothing", {"a": Link("missing")})
    yield Case(hook, "to a folder", {"a": Link("c"), "c/d": b"x\n"})
    yield Case(hook, "to itself", {"a": Link("a")})
    yield Case(hook, "to a link to nothing", {"a": Link("b"), "b": Link("missing")})
    yield Case(hook, "out of the repository", {"a": Link("../../missing-beside")})
    yield Case(hook, "to an absolute path that is there", {"a": Link("/etc")})
    yield Case(hook, "in a folder", {"c/a": Link("../b"), "b": b"x\n"})
    yield Case(hook, "the target went", {"b": None, "c": b"x\n"}, before={"a": Link("b"), "b": b"x\n"})
    hook = "destroyed-symlinks"
    yield Case(hook, "a link became its path", {"a": b"b"}, before={"a": Link("b"), "b": b"x\n"})
    yield Case(hook, "with a newline", {"a": b"b\n"}, before={"a": Link("b"), "b": b"x\n"})
    yield Case(hook, "a link became another file", {"a": b"something else\n"}, before={"a": Link("b"), "b": b"x\n"})
    yield Case(hook, "a link stayed", {"c": b"x\n"}, before={"a": Link("b"), "b": b"x\n"})
    yield Case(hook, "a link points elsewhere", {"a": Link("c"), "c": b"x\n"}, before={"a": Link("b"), "b": b"x\n"})


def order():
    hook, path = "requirements-txt-fixer", "requirements.txt"
    yield from texts(hook, path, in_order="a==1\nb\n", out_of_order="b\na\n", empty="", a_comment_first="# all\n\na\nb\n", a_comment_between="b\n# for a\na\n", twice="a\na\n", twice_with_versions="a==1\na==2\n", no_newline_and_in_order="a\nb", no_newline_and_not="b\na")
    yield from texts(hook, path, case="Django\nasgiref\n", case_the_other_way="asgiref\nDjango\n", separators="a-b\na_a\n", an_option="-r base.txt\na\n", an_option_last="a\n-r base.txt\n", hashes="a==1 \\\n    --hash=sha256:00\nb\n", hashes_out_of_order="b==1 \\\n    --hash=sha256:00\na\n")
    yield from texts(hook, path, pkg_resources="pkg-resources==0.0.0\nz\n", an_address="git+https://example.org/b\na\n", an_egg="-e git+https://example.org/x#egg=b\na\n", a_marker="a; python_version < '3'\nb\n", extras="a[x]\na\n", blank_lines="a\n\nb\n", of_crlf="b\r\na\r\n", a_local_path="./b\na\n")
    yield from texts(hook, "constraints.txt", constraints="b\na\n")
    yield from texts(hook, "requirements/dev.txt", in_a_folder="b\na\n")
    yield from texts(hook, "dev-requirements.in", an_input="b\na\n")
    hook, keys = "file-contents-sorter", {"files": "^words\\.txt$"}
    yield from texts(hook, "words.txt", hook_keys=keys, in_order="a\nb\n", out_of_order="b\na\n", an_empty_line="a\n\nb\n", no_newline="a\nb", case="B\na\n")
    yield from texts(hook, "words.txt", args=["--unique"], hook_keys=keys, twice="a\na\n")
    yield from texts(hook, "words.txt", args=["--ignore-case"], hook_keys=keys, case_ignored="a\nB\nc\n")
    hook, keys = "sort-simple-yaml", {"files": "^words\\.yaml$"}
    yield from texts(hook, "words.yaml", hook_keys=keys, in_order="a: 1\n\nb: 2\n", out_of_order="b: 1\n\na: 2\n", with_a_comment="# head\n\n# of b\nb: 1\n\na: 2\n")


def forms():
    hook = "pretty-format-json"
    yield from texts(hook, JSON, pretty='{\n  "a": 1\n}\n', on_one_line='{"a": 1}\n', keys_out_of_order='{\n  "b": 1,\n  "a": 2\n}\n', four_blanks='{\n    "a": 1\n}\n', broken="{,}\n", beyond_ascii='{\n  "a": "é"\n}\n', empty_object="{}\n", a_number='{\n  "a": 1.0\n}\n')
    yield from texts(hook, JSON, args=["--indent=4"], four_asked='{\n    "a": 1\n}\n')
    yield from texts(hook, JSON, args=["--no-sort-keys"], not_sorted='{\n  "b": 1,\n  "a": 2\n}\n')
    yield from texts(hook, JSON, args=["--no-ensure-ascii"], beyond_ascii_allowed='{\n  "a": "é"\n}\n')
    hook = "double-quote-string-fixer"
    yield from texts(hook, PY, of_one="x = 'a'\n", of_two='x = "a"\n', one_in_two='x = "it\'s"\n', a_docstring='"""a"""\n', a_prefix='x = r"a"\n', in_a_comment='# "a"\n', formatted='x = f"{a}"\n')
    hook = "check-builtin-literals"
    yield from texts(hook, PY, a_literal="x = {}\n", dict="x = dict()\n", list="x = list()\n", with_an_argument="x = list(a)\n", keywords="x = dict(a=1)\n", a_method="a.dict()\n", int="x = int()\n", in_a_call="f(dict())\n", a_string="x = 'dict()'\n", set="x = set()\n")
    yield from texts(hook, PY, args=["--no-allow-dict-kwargs"], keywords_not_allowed="x = dict(a=1)\n")
    yield from texts(hook, PY, args=["--ignore=dict"], ignored="x = dict()\n")
    hook = "check-docstring-first"
    yield from texts(hook, PY, first='"""a"""\nx = 1\n', behind_code='x = 1\n"""a"""\n', twice='"""a"""\n"""b"""\n', none="x = 1\n", behind_a_comment='# a\n"""a"""\n', in_a_function='def f():\n    """a"""\n', behind_an_import='import a\n"""b"""\n')
    hook = "name-tests-test"
    for args in [[], ["--pytest-test-first"], ["--django"]]:
        for path in ["tests/test_a.py", "tests/a_test.py", "tests/a.py", "tests/deep/tests.py", "tests/__init__.py", "tests/conftest.py", "a/tests/b.py", "tests/a.txt", "test/a.py", "tests/Test_a.py"]:
            yield Case(hook, f"`{path}`{' with ' + args[0] if args else ''}", {path: b"x = 1\n"}, args)


def repository():
    hook = "no-commit-to-branch"
    for branch in ["main", "master", "topic", "release/1"]:
        yield Case(hook, f"on `{branch}`", {"a.txt": b"x\n"}, branch=branch)
    yield Case(hook, "on `topic`, which is named", {"a.txt": b"x\n"}, ["--branch", "topic"])
    yield Case(hook, "on `main`, which is not", {"a.txt": b"x\n"}, ["--branch", "topic"], branch="main")
    yield Case(hook, "on `release/1`, by a pattern", {"a.txt": b"x\n"}, ["--pattern", "release/.*"], branch="release/1")
    for hook in ["forbid-new-submodules", "forbid-submodules"]:
        yield Case(hook, "a new one", {"sub": Submodule()})
        yield Case(hook, "one that was there", {"a.txt": b"x\n"}, before={"sub": Submodule()})
        yield Case(hook, "none", {"a.txt": b"x\n"})
        yield Case(hook, "a folder", {"sub/a.txt": b"x\n"})
    hook = "detect-aws-credentials"
    letters = base64.b64encode(hashlib.sha512(b"made for this run").digest()).decode().replace("/", "x").replace("+", "y")[:40]
    yield Case(hook, "the key of the machine", {"a.py": f'aws_secret_access_key = "{letters}"\n'.encode()}, ["--allow-missing-credentials"], hook={"env_key": letters})
    yield Case(hook, "none", {"a.py": b"x = 1\n"}, ["--allow-missing-credentials"])


ALL = [blanks, newlines, ends, marks, conflicts, links_to_lines, keys, json_files, yaml_files, toml_files, xml_files, python_files, debuggers, large, modes, names, links, order, forms, repository]


def cases():
    for make in ALL:
        yield from make()
