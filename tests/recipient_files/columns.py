"""Files whose delimiter, header or columns are the difficulty."""

_HEADERS = {
    "czech": "Jméno;E-mailová adresa",
    "french": "Prénom;Adresse électronique",
    "german": "Vorname;E-Mail-Adresse",
    "greek": "Όνομα;Ηλεκτρονικό ταχυδρομείο",
    "polish": "Imię;Adres e-mail",
    "portuguese": "Nome;Endereço de email",
    "russian": "Имя;Электронная почта",
    "spanish": "Nombre;Correo electrónico",
    "swedish": "Namn;E-POSTADRESS",
    "turkish": "Ad;E-posta adresi",
}


def files() -> dict[str, bytes]:
    """Return the files by name."""
    return _delimiters() | _headers() | _address_columns() | _widths()


def _delimiters() -> dict[str, bytes]:
    return {
        "semicolons.csv": b"name;email;amount\nA;ana@example.org;1,50\nB;bo@example.org;2,75\n",
        "tabs.tsv": b"email\tname\tnote\nana@example.org\tA, B; C\t\nbo@example.org\t\tx|y\n",
        "pipes.txt": b"email|name\nana@example.org|A\nx|bo@example.org\n",
        "one-column.csv": b"email\nana@example.org\nnobody\nbo@example.org\n",
        "one-column-quoted.csv": b'"email"\r\n"ana@example.org"\r\n"bo@example.org"\r\n',
        "commas-in-cells.csv": b'email;"Name, first";note\nana@example.org;"A, B";c,d,e,f\nbo@example.org;,,,;\n',
        "delimiter-in-the-header.csv": b'email,"a;b;c;d;e"\nana@example.org,1\nbo@example.org,2\n',
        "separator-line.csv": b"sep=;\r\nemail;name,first\r\nana@example.org;A,B\r\nnobody;\r\n",
        "separator-line-quoted.csv": b'"sep=|"\nemail|name\nana@example.org|A,B\n',
        "separator-line-tab.csv": b"\xef\xbb\xbfSEP=\t\nemail\tname\nana@example.org\tA\n",
        "tabs-in-cells.csv": b"email,note\nana@example.org,a\tb\tc\nbo@example.org,\t\n\tcy@example.org\t,x\n",
    }


def _headers() -> dict[str, bytes]:
    languages = {f"header-{name}.csv": f"{header}\nA;ana@example.org\n".encode() for name, header in _HEADERS.items()}
    long = "A very long question, as survey tools write them: " + "how satisfied are you with it? " * 9
    return languages | {
        "header-only.csv": b"email,name\r\n",
        "header-and-blank-lines.csv": b"email,name\n\n,\n   \n",
        "header-without-line-end.csv": b"email",
        "separator-line-alone.csv": b"sep=;\r\n",
        "header-duplicates.csv": b"Name,email,name,NAME,Name 2,Name\n1,ana@example.org,2,3,4,5\n",
        "header-empty-names.csv": b"email,,name, \n" + b"ana@example.org,1,A,2\n",
        "header-empty-in-between.csv": b"email,,name,\nana@example.org,1,A,\n",
        "header-reserved-names.csv": (
            b"for,email,if,unsubscribe_url,Email,class,2nd\n1,ana@example.org,2,3,x@example.org,4,5\n"
        ),
        "header-strange-names.csv": (
            'email,%s,{{x}},日本語,First-Name!,__a__,\u212b,"na""me"\nana@example.org,1,2,3,4,5,6,7\n'
        ).encode(),
        "header-line-break.csv": b'email,"first\nname"\nana@example.org,A\nnobody,B\n',
        "header-long-names.csv": f'email,"{long}","{long}"\nana@example.org,1,2\n'.encode(),
        "header-unclosed-quote.csv": b'\n"email,name\nana@example.org,A\n',
        "header-quotes-and-spaces.csv": b' "x", Email ,name\n1, ana@example.org,A\n',
        "time-zones.csv": (
            b"email,Time Zone,Language\nana@example.org,Europe/Berlin,de\nbo@example.org,Mars/Olympus,en\n"
            b"cy@example.org,,\ndi@example.org,Asia/Kolkata ,hi\n"
        ),
        "time-zones-quoted.csv": (
            b'"email","timezone"\r\n"ana@example.org","Europe/Berlin"\r\n"bo@example.org","CEST"\r\n'
            b'"cy@example.org",""\r\n"bo@example.org","Nowhere"\r\n'
        ),
    }


def _address_columns() -> dict[str, bytes]:
    two = b"Email,Name,Private E-Mail\nana@firm.example,A,ana@example.org\nbo@firm.example,B,\n"
    return {
        "no-header.csv": b"ana@example.org,Ana\nbo@example.org,Bo\nnobody,N\n",
        "no-header-second-column.csv": b"Ana,Ana <ana@example.org>,1\nBo,bo@example.org,2\nCy,,3\n",
        "no-header-one-column.txt": b"ana@example.org\r\nbo@example.org\r\nana@example.org\r\n",
        "no-header-one-address.txt": b"\xef\xbb\xbfana@example.org",
        "no-header-blank-lines.csv": b"\n\nAna;ana@example.org\n\nBo;bo@example.org;\nAna;ana@example.org\n",
        "no-header-international.csv": "müller@example.org,M\nana@müller.example,A\n".encode(),
        "no-header-given-position.csv": b"ana@firm.example;ana@example.org\nbo@firm.example;bo@example.org\n",
        "no-header-given-name.csv": b"ana@example.org,Ana\nbo@example.org,Bo\n",
        "given-name.csv": two,
        "given-position.csv": two,
        "given-header-that-is-a-number.csv": b"name,2,1\nA,x,ana@example.org\n",
        "given-not-found.csv": two,
        "given-beyond-the-width.csv": two,
        "no-address-column.csv": b"name,city\nAna,Oxford\nBo,Ely\n",
        "two-address-columns.csv": two,
        "two-address-columns-first-empty.csv": b"Mail,Name,E-Mail\n,A,ana@example.org\n,B,bo@example.org\n",
        "address-column-quoted.csv": (
            b'name,"email",n\nA,"ana@example.org",1\nB,"BO@Example.org",2\nC," cy@example.org ",3\n'
        ),
        "all-cells-quoted.csv": b'"email","name"\n"ana@example.org","A"\n"bo@example.org",""\n"","C"\n"nobody","D"\n',
    }


def _widths() -> dict[str, bytes]:
    return {
        "trailing-empty-columns.csv": b"email,name,,\nana@example.org,A,,\nbo@example.org,B,\ncy@example.org,C,,x\n",
        "ragged-rows.csv": (
            b"email,name,city\nana@example.org\nbo@example.org,B\ncy@example.org,C,X,\ndi@example.org,D,X,,, \n"
            b"ed@example.org,E,X,more\nfy@example.org,Smith, John,X\n"
        ),
        "short-rows-without-address.csv": b"name,city,email\nA,X,ana@example.org\nB,X\nC\n,,bo@example.org\n",
        "columns-199.csv": _wide(199),
        "columns-200-and-empty-ones.csv": _wide(200, b",,,"),
        "columns-201.csv": _wide(201),
    }


def _wide(count: int, more: bytes = b"") -> bytes:
    names = b"".join(b",c%d" % number for number in range(2, count + 1))
    values = b"".join(b",%d" % number for number in range(2, count + 1))
    return b"email" + names + more + b"\nana@example.org" + values + more + b"\nbo@example.org" + values + b"\n"
