extension HostScript {
    /// Changes nothing: podman, which makes its stores wherever it is asked anything, is given a home that goes again.
    /// Says what a run needs to know of a host: `arch`, `kernel`, `home`, `free KIB`, `clock SECONDS`, `runtime NAME works|WHY`,
    /// `sudo yes|no`, `files NUMBER`, `shell PATH`, `tools NAMES` (those that are missing), `noexec` where the home lets nothing run.
    static func facts() -> HostScript {
        HostScript(
            [
                ScriptPart.opening,
                #"""
                say clock "$(date +%s.%N)"; say arch "$(uname -m)"; say kernel "$(uname -sr)"; say home "$HOME"; say shell "${SHELL:-?}";
                df -Pk "$HOME" 2>/dev/null | tail -n 1 | { read -r f1 f2 f3 f4 f5 && say free "$f4"; };
                say files "$(ulimit -n)"; say tasks "$(ulimit -u 2>/dev/null)";
                x=; for p in gzip sha256sum head tail grep stat df; do command -v "$p" >/dev/null || x="$x $p"; done; say tools "$x";
                h=$(mktemp -d 2>/dev/null || echo "$HOME"); for p in podman docker; do if command -v "$p" >/dev/null; then
                if e=$(HOME="$h" XDG_DATA_HOME="$h" XDG_CONFIG_HOME="$h" "$p" ps -q 2>&1 >/dev/null </dev/null); then say runtime "$p" works; else say runtime "$p" "$(printf %s "$e" | tr "\n" " ")"; fi; fi; done;
                if [ "$h" = "$HOME" ]; then :; else rm -rf "$h" 2>/dev/null || :; fi;
                if [ "$(id -u)" = 0 ]; then say sudo root; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then say sudo yes; else say sudo no; fi;
                if command -v systemd-run >/dev/null && [ -d /run/systemd/system ]; then say scopes yes; fi;
                t="$HOME/.muster-probe-$$"; if e=$( { printf "#%s/bin/sh\n" "$(printf "\041")" >"$t" && chmod 700 "$t"; } 2>&1 ); then
                if e=$("$t" 2>&1); then say home-writable yes; else say noexec "$e"; fi; rm -f "$t"; else say readonly "$e"; fi;
                say done;
                """#,
            ], words: [])
    }
}
