import Vocabulary

extension ScriptPart {
    /// `handed SHA SIZE` has a neighbour hand on the agent: says `want agent`, reads `ADDRESS PORT TOKEN`, or `-` where there is none, and
    /// says `fed agent` or `unfed WHY`. Nothing is waited for that does not come for 4 s, and nothing for more than a minute.
    ///
    /// The neighbour is asked with what most hosts have, bash or a netcat; the token goes through standard input. What asks is one process
    /// (`exec`), so that ending it leaves nothing.
    static let handing = #"""
        ask() { if command -v bash >/dev/null; then exec bash --norc -c "read -r k; exec 9<>\"/dev/tcp/\$1/\$2\" && echo \"\$k\" >&9 && exec cat <&9" bash "$1" "$2"; fi;
        if command -v nc >/dev/null; then exec nc "$1" "$2"; fi; echo "there is neither bash nor nc" >&2; };
        now() { read -r now r </proc/uptime; now=${now%.*}; };
        follow() { now; b=$now; l=$now; s=0;
        while kill -0 "$w" 2>/dev/null; do sleep 0.1 2>/dev/null || sleep 1; q=$(($(wc -c <"$u"))); now;
        if [ "$q" -gt "$s" ]; then s=$q; l=$now; fi;
        if [ "$((now - l))" -gt 4 ] || [ "$((now - b))" -gt 60 ] || [ "$q" -gt "$1" ]; then kill -KILL "$w"; fi; done 2>/dev/null; wait "$w" 2>/dev/null; w=; };
        handed() { say want agent; read -r f p k || fail broken "the connection ended"; if [ "$f" = - ]; then return 1; fi;
        e=$(mkdir -p "$c" 2>&1) || fail cache "$e";
        echo "$k" | ask "$f" "$p" >"$u" 2>"$u.why" & eval "w=\$$(printf "\041")"; follow "$2"; digest "$u";
        if [ "$h" = "$1" ] && e=$( { chmod 700 "$u" && sync "$u" && mv -f "$u" "$a"; } 2>&1 ); then rm -f "$u.why"; say fed agent; return 0; fi;
        q=$(($(wc -c <"$u"))); e=$(tail -n 1 "$u.why"); rm -f "$u" "$u.why"; say unfed "$q of $2 bytes came from $f${e:+ ($e)}"; return 1; };
        """#

    /// Nobody hands anything on.
    static let alone = "handed() { return 1; };"
}

extension HostScript {
    /// Becomes `muster-agent feed` at the address of the host that this very connection goes to, after saying `begin`. It carries the mark of
    /// an agent of this host, with which it is found if it should be left.
    static func feed(run: RunID, agent: AgentID, bundle sha256: String) -> HostScript {
        HostScript(
            [
                ScriptPart.opening, ScriptPart.oneAgent,
                #"""
                a="$cache/agents/$4/muster-agent"; [ -x "$a" ] || fail start "$a is not there";
                set -- ${SSH_CONNECTION:-}; [ -n "${3:-}" ] || fail start "it does not know its own address";
                MUSTER_OWNER="$d;"; export MUSTER_OWNER; say begin; exec "$a" feed --address "$3";
                """#,
            ], words: [run.text, agent.text, sha256])
    }
}
