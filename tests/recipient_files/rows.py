"""Files whose rows or addresses are the difficulty."""

_LABEL = "d" * 60
_LONG_DOMAIN = f"{_LABEL}.{_LABEL}.{_LABEL}.org"  # 186 characters


def files() -> dict[str, bytes]:
    """Return the files by name."""
    return _cells() | _quotes() | _spellings() | _addresses() | _duplicates()


def _cells() -> dict[str, bytes]:
    large = "x" * 40_000
    almost = "x" * 32_000
    return {
        "cells-formulas.csv": b"email,note\nana@example.org,=1+1\nbo@example.org,@SUM(A1)\n=cmd|' /C calc'!A0,-1\n",
        "cells-json.csv": (
            b'email,note,path\nana@example.org,"{""a"": [1, ""b""]}",C:\\new\\table\n'
            b"bo@example.org,\\u0041\\n,\\\ncy@example.org,null,[]\n"
        ),
        "cells-percent.csv": (
            b"email,note\nana@example.org,100%\nbo@example.org,%s %d %(x)s %%\n50%off@example.org,{0} {x}\n"
        ),
        "cells-right-to-left.csv": "email,name\nana@example.org,שָׁלוֹם\nbo@example.org,\u202eمحمد\u202c\n".encode(),
        "cells-emoji.csv": "email,name\nana@example.org,👩‍👩‍👧‍👦\nbo@example.org,🇬🇧 e\u0301\n".encode(),
        "cells-spaces.csv": b"email, name \n ana@example.org,  A  \nbo@example.org, \n",
        "cells-controls.csv": (
            b"email,note\nana@example.org,a\x01b\x7f\nbo@example.org,\x1b[31m\n\x08cy@example.org,C\n"
        ),
        "row-too-large.csv": (
            f"email,note\nana@example.org,{almost}\nbo@example.org,{large}\ncy@example.org,C\nbo@example.org,B\n"
        ).encode(),
    }


def _quotes() -> dict[str, bytes]:
    return {
        "quotes-within-cells.csv": (
            b'email,name\nana@example.org,"A ""the"" B"\nbo@example.org,6" tall\n"cy@example.org",""""\n'
            b' "di@example.org",D\n'
        ),
        "quotes-bad-row.csv": (
            b'email,name\nana@example.org,A\nbo@example.org,"B"x\ncy@example.org,C\n"di"@example.org,D\n'
            b'ed@example.org,E\nfy@example.org,"F" ,"\ngi@example.org,G\nhy@example.org,"H \\"x\\" "\n'
        ),
        "quotes-unclosed-late.csv": (
            b'email,name\nana@example.org,A\nbo@example.org,B\ncy@example.org,"C\ndi@example.org,D\n'
        ),
        "quotes-unclosed-at-the-end.csv": b'email,name\nana@example.org,A\nbo@example.org,"',
        "quotes-unclosed-then-bad.csv": (
            b'email,name\nana@example.org,A\nbo@example.org,"B\ncy@example.org,"C"\ndi@example.org,D\n'
        ),
        "quotes-single.csv": b"email,name\n'ana@example.org','A'\n'bo@example.org,it's\n",
    }


def _spellings() -> dict[str, bytes]:
    return {
        "spellings-repaired.csv": (
            "email\n"
            '"Ortiz, Ana <ana@example.org>"\n'
            "<bo@example.org>\n"
            "  cy@example.org\t\n"
            "\u00a0di@example.org\u200b\n"
            "mailto:ed@example.org\n"
            "fy@example.org;\n"
            "gi@example.org.\n"
            "hy\uff20example.org\n"
            '"""io@example.org"""\n'
            "jo@example.org <jo@example.org>\n"
            "ky@example.org\n"
        ).encode(),
        "spellings-several-in-a-cell.csv": (
            b'email,n\n"a@example.org, b@example.org",1\na@example.org;b@example.org,2\n'
            b"a@example.org b@example.org,3\n"
            b'"Ana <a@example.org>, Bo <b@example.org>",4\nc@example.org,5\n'
        ),
        "spellings-plus-tags.csv": (
            b"email\nana+news@example.org\nana@example.org\nAna+News@example.org\nana+@example.org\n"
        ),
        "spellings-case.csv": (
            b"email\nAna.Ortiz@Example.ORG\nana.ortiz@example.org\nANA.ORTIZ@EXAMPLE.ORG\nBo@example.org\n"
        ),
        "spellings-international-domain.csv": (
            "email,n\ninfo@m\u00fcller.example,1\ninfo@xn--mller-kva.example,2\ninfo@M\u00dcLLER.example,3\n"
            "ana@\u4f8b\u3048.\u30c6\u30b9\u30c8,4\nbo@XN--MLLER-KVA.example,5\ncy@xn--zz.example,6\n"
        ).encode(),
        "spellings-international-local-part.csv": (
            "email\nm\u00fcller@example.org\n\u7528\u6237@\u4f8b\u3048.\u30c6\u30b9\u30c8\nana@example.org\n"
            "m\u00fcller@example\n"
        ).encode(),
    }


def _addresses() -> dict[str, bytes]:
    return {
        "addresses-lengths.csv": (
            f"email\n{'a' * 64}@ab.{_LONG_DOMAIN}\n{'b' * 64}@abc.{_LONG_DOMAIN}\n{'c' * 64}@example.org\n"
            f"{'d' * 65}@example.org\ne@{'e' * 63}.example.org\nf@{'f' * 64}.example.org\n"
            f"{'A long name ' * 30}<g@example.org>\n"
        ).encode(),
        "addresses-unusual-but-valid.csv": (
            b"email\n!#$%&*+/=?^_`{}~-@example.org\no'neil@example.org\na|b@example.org\nuser%host@example.org\n"
            b"1@example.org\na@b.example\nx@two--dashes.example\nv@one.two.three.four.five.example\n"
        ),
        "addresses-invalid.csv": (
            b"email\nnobody\n@example.org\nana@\nana@localhost\nana@example\na..b@example.org\n.a@example.org\n"
            b"a.@example.org\n"
            b"a@-example.org\na@example..org\na@exa_mple.org\na b@example.org\na@b@example.org\na@10.0.0.1\n"
            b"a@[10.0.0.1]\n"
            b"a@printer.local\na\\@example.org\na(x)@example.org\nn/a\n-\nana@example.org\n"
        ),
        "addresses-roles.csv": (
            b"email\ninfo@example.org\nINFO@example.com\nno-reply@example.org\ninfo.desk@example.org\nana@example.org\n"
        ),
        "addresses-disposable.csv": (
            b"email\nana@mailinator.com\nbo@x.mailinator.com\ncy@MAILINATOR.com\ndi@example.org\n"
        ),
        "addresses-mistyped-domains.csv": (
            b"email\nana@gamil.com\nbo@gmail.con\ncy@hotmial.com\ndi@yaho.com\ned@gmail.com\nfy@ymail.com\ngi@mail.com\n"
            b"hy@gmx.de\nio@firm.example\njo@Gmial.com\n"
        ),
        "addresses-several-flags.csv": b"email,name,tz\n Info@gamil.com,A\nsales@mailinator.com,B,Nowhere\n",
        "addresses-flags-in-turn.csv": (
            b"email,timezone\nana@gamil.com,UTC\ninfo@example.org,UTC\nbo@example.org,Nowhere\nsales@gmail.con,UTC\n"
            b"cy@mailinator.com,UTC\nsales@GMAIL.con,Nowhere\n"
        ),
        "addresses-none-accepted.csv": b"email,name\nnobody,A\n,B\n",
    }


def _duplicates() -> dict[str, bytes]:
    many = [f"u{number % 40}@example.org,{number}" for number in range(100)]
    return {
        "duplicates.csv": (
            b'email,n\nana@example.org,1\nbo@example.org,2\nANA@example.org,3\n"Ana <ana@example.org>",4\n'
            b"\nbo@EXAMPLE.org,5\ncy@example.org,6\n"
        ),
        "duplicates-of-rejected-rows.csv": b"email,n\nana@example.org,1,x\nana@example.org,2\nana@example.org,3\n",
        "duplicates-many.csv": "\r\n".join(["email,n", *many, ""]).encode(),
        "duplicates-behind-line-breaks.csv": (
            b'n,email\n"1\n2\n3",ana@example.org\n\n4,bo@example.org\n5,Ana@example.org\n6,Bo@example.org\n'
        ),
        "duplicates-of-repaired-rows.csv": (
            b"email,n\n<Ana@example.org>,1\nana@example.org,2\ninfo@example.org,3\ninfo@EXAMPLE.org,4\n<info@example.org>,5\n"
        ),
    }
