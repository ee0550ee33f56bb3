extension ScriptPart {
    /// `fetch ITEM SHA REASON CHECK` brings an item into the cache: its bytes go to `t`, a file beside what it becomes, and `CHECK SHA` makes
    /// of that what is wanted, or fails where it is damaged.
    ///
    /// What a launch whose connection broke had received of the same item is taken over, by renaming, which only one launch can do; the
    /// process in a file's name tells whether it still belongs to somebody. Where the whole is damaged then, it is received once more.
    ///
    /// GNU's dd takes exactly what it is told to in few reads, where head reads 8 KiB at a time; OpenSSL hashes by the processor's own
    /// instructions, and sha256sum does not. Where a host has neither, it takes longer.
    static let receiving = #"""
        spoil() { rm -f "$t" "$u"; };
        adopt() { for f in "$cache"/part-"$1"-*; do if [ -f "$f" ]; then if [ -d "/proc/${f##*-}" ]; then :; else mv "$f" "$t" 2>/dev/null && return; fi; fi; done; };
        take() { case $(dd --version 2>/dev/null) in "dd (coreutils)"*) dd bs=256K iflag=fullblock,count_bytes count="$1" status=none;; *) head -c "$1";; esac; };
        digest() { h=$( { openssl dgst -sha256 -r <"$1" || sha256sum <"$1"; } 2>/dev/null ); h=${h%% *}; };
        receive() { n=0; if [ -f "$t" ]; then n=$(($(wc -c <"$t"))); fi; say need "$1" "$n"; read -r z || fail broken "the connection ended";
        e=$( (take "$((z - n))" >>"$t") 2>&1 ) || { spoil; fail "$2" "$e"; };
        k=$(wc -c <"$t"); [ "$k" -eq "$z" ] || fail broken "$((k)) of $z bytes arrived"; };
        fetch() { for x in gzip sha256sum head; do command -v "$x" >/dev/null || fail tool "there is no $x"; done;
        e=$(mkdir -p "$cache" 2>&1) || fail cache "$e"; t="$cache/part-$2-$$"; adopt "$2";
        while :; do receive "$1" "$3"; if "$4" "$2"; then say stored "$1"; return; fi; rm -f "$t"; [ "$n" -gt 0 ] || fail checksum "the SHA-256 of $1 is $h, not $2"; done; };
        """#

    /// `cached SHA:SIZE` has a package in the cache as the file `q`.
    static let keeping = #"""
        keep() { digest "$t"; [ "$h" = "$1" ] || return 1;
        e=$( { mkdir -p "$cache/files" && sync "$t" && mv -f "$t" "$q"; } 2>&1 ) || { rm -f "$t"; fail cache "$e"; }; };
        cached() { q="$cache/files/${1%:*}";
        if [ -f "$q" ] && [ "$(wc -c <"$q")" -eq "${1#*:}" ]; then say have "${1%:*}"; else fetch "${1%:*}" "${1%:*}" files keep; fi; };
        """#
}
