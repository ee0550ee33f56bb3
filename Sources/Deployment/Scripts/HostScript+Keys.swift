extension HostScript {
    /// Puts the line that comes on standard input into `~/.ssh/authorized_keys`, unless the key is there already.
    /// Says `key present|added`; a file that is a link is written where it leads to.
    static func addKey(_ encodedKey: String) -> HostScript {
        HostScript(
            [
                ScriptPart.opening, Keys.file,
                #"""
                IFS= read -r line || :; case "$line" in *" $2"*) ;; *) fail key "the key did not arrive whole";; esac;
                e=$(mkdir -p "$HOME/.ssh" 2>&1 && chmod 700 "$HOME/.ssh" 2>&1) || fail key "$e";
                if [ -e "$f" ] && grep -qF " $2" "$f"; then e=$(chmod 600 "$f" 2>&1) || fail key "$e"; say key present; say done; exit 0; fi;
                e=$( { { if [ -e "$f" ]; then cat "$f" && { [ -z "$(tail -c 1 "$f")" ] || echo; }; fi; } && printf "%s\n" "$line"; } 2>&1 >"$t" ) || fail key "$e";
                settle; say key added; say done;
                """#,
            ], words: [encodedKey])
    }

    /// Takes the lines with the key out of `~/.ssh/authorized_keys`; a file and a folder that are empty then are removed.
    /// Says `key absent|removed`.
    static func removeKey(_ encodedKey: String) -> HostScript {
        HostScript(
            [
                ScriptPart.opening, Keys.file,
                #"""
                if [ -e "$f" ] && grep -qF " $2" "$f"; then :; else say key absent; say done; exit 0; fi;
                e=$( { grep -vF " $2" "$f" || [ $? -eq 1 ]; } 2>&1 >"$t" ) || fail key "$e";
                if [ -s "$t" ]; then settle; else e=$(rm -f "$f" "$t" 2>&1) || fail key "$e"; rmdir "$HOME/.ssh" 2>/dev/null || :; fi;
                say key removed; say done;
                """#,
            ], words: [encodedKey])
    }

    private enum Keys {
        /// `f` is the file itself, `t` the one beside it; `settle` makes the one the other, whole or not at all.
        static let file = #"""
            f="$HOME/.ssh/authorized_keys"; if [ -L "$f" ]; then f=$(readlink -f "$f"); fi; t="$f.muster-$$";
            trap "rm -f \"\$t\"" EXIT; trap "exit 4" HUP INT TERM PIPE;
            settle() { e=$( { chmod 600 "$t" && sync "$t" && mv -f "$t" "$f"; } 2>&1 ) || fail key "$e";
            if command -v restorecon >/dev/null; then restorecon -R "$HOME/.ssh" >/dev/null 2>&1 || :; fi; };
            """#
    }
}
