import Vocabulary

extension HostScript {
    /// Says `alive yes|no` of the agent's own process and, where its supervisor wrote it, `ended …`.
    static func check(run: RunID, agent: AgentID) -> HostScript {
        HostScript(
            [
                ScriptPart.opening, ScriptPart.oneAgent, ScriptPart.live,
                #"""
                x=no; if contained; then if [ -e "$d/ended" ]; then :; elif [ -n "$(marked)" ]; then x=yes; fi;
                elif { read -r p <"$d/agent.pid"; } 2>/dev/null && owned "/proc/$p/environ"; then x=yes; fi; say alive "$x";
                if { read -r line <"$d/ended"; } 2>/dev/null; then say ended "$line"; fi; say done;
                """#,
            ], words: [run.text, agent.text])
    }

    /// Ends the agent with everything that it started; says `gone already|terminated|killed` or `left PROCESSES`.
    /// `grace` and `bound` are whole seconds: from asking to killing, and from killing to giving up.
    static func withdraw(run: RunID, agent: AgentID, grace: Int, bound: Int) -> HostScript {
        HostScript(
            [
                ScriptPart.opening, ScriptPart.oneAgent, ScriptPart.live, ScriptPart.waiting, ScriptPart.leaving,
                #"""
                if leave "$4" "$5"; then say gone "$how"; else
                for p in $l; do { read -r line <"/proc/$p/stat"; } 2>/dev/null && left="$left $line" || left="$left $p"; done; say left "$left"; fi; say done;
                """#,
            ], words: [run.text, agent.text, "\(grace)", "\(bound)"])
    }

    /// Removes the run directory of an agent of which nothing lives, and the directories above that are empty then.
    static func remove(run: RunID, agent: AgentID) -> HostScript {
        HostScript(
            [
                ScriptPart.opening, ScriptPart.oneAgent, ScriptPart.tidy, ScriptPart.live, ScriptPart.dropping,
                #"""
                l=$(live); if [ -n "$l" ]; then fail remove "it still runs: $l"; fi; drop || fail remove "the container is still there: $l";
                e=$(rm -rf "$d" 2>&1) || fail remove "$e"; tidy; say done;
                """#,
            ], words: [run.text, agent.text])
    }

    /// Says `left RUN AGENT dead|alive|launching PID|- AGE_S KIB DIRECTORY` for each run directory.
    static func leftovers() -> HostScript {
        HostScript(
            [
                ScriptPart.opening, ScriptPart.live, Clean.each,
                #"""
                look() { k=$(du -sk "$d" 2>/dev/null | cut -f 1); say left "${o%/*}" "${o#*/}" "$x" "${p:--}" "$age" "${k:-0}" "$d"; };
                each look; say done;
                """#,
            ], words: [])
    }

    /// Says `line RUN AGENT TEXT` for the last lines of each agent's log.
    static func logs(lines: Int) -> HostScript {
        HostScript(
            [
                ScriptPart.opening,
                #"""
                for d in "$runs"/*/*; do if [ -f "$d/agent.log" ]; then o=${d#"$runs/"};
                tail -n "$2" "$d/agent.log" | while IFS= read -r line || [ -n "$line" ]; do say line "${o%/*}" "${o#*/}" "$line"; done; fi; done; say done;
                """#,
            ], words: ["\(lines)"])
    }

    /// Removes run directories of which nothing lives, with `force` ends the others first; with `cache` the agents too.
    /// Says `removed|ended|kept RUN AGENT`, `failed RUN AGENT WHY`, `cache removed`.
    static func clean(cache: Bool, force: Bool, grace: Int, bound: Int) -> HostScript {
        HostScript(
            [
                ScriptPart.opening, ScriptPart.live, ScriptPart.waiting, ScriptPart.leaving, ScriptPart.tidy, Clean.each, Clean.sweep,
                #"""
                kept=; each sweep;
                images() { for rt in docker podman; do if command -v "$rt" >/dev/null; then
                i=$("$rt" images -q --filter label=muster.bundle 2>/dev/null </dev/null) && [ -n "$i" ] && "$rt" rmi -f $i >/dev/null 2>&1 </dev/null; fi; done; };
                if [ "$2" = yes ] && [ -z "$kept" ]; then images; e=$(rm -rf "$cache" 2>&1) && say cache removed || say failed cache - "$e"; fi; say done;
                """#,
            ], words: [cache ? "yes" : "no", force ? "yes" : "no", "\(grace)", "\(bound)"])
    }

    private enum Clean {
        /// `each F` calls F for every run directory with `d`, `o`, `x` (its state), `p` (its supervisor or nothing) and `age` set.
        /// A young one in which no supervisor has ever run is being launched at this moment.
        static let each = #"""
            each() { for d in "$runs"/*/*; do if [ -d "$d" ]; then
            o=${d#"$runs/"}; p=; { read -r p <"$d/pid"; } 2>/dev/null; age=$(( $(date +%s) - $(stat -c %Y "$d" 2>/dev/null || date +%s) ));
            x=dead; if [ -n "$(live)" ]; then x=alive; elif [ -z "$p" ] && [ "$age" -lt 120 ] && [ "$age" -gt -120 ]; then x=launching; fi;
            if contained; then p=$(marked | head -n 1); fi; "$1"; fi; done; };
            """#

        static let sweep = #"""
            sweep() { ended=;
            if [ "$x" = alive ] || [ "$x" = launching ]; then
            if [ "$force" = yes ]; then ended=1; if leave "$grace" "$bound"; then :; else kept=1; say failed "${o%/*}" "${o#*/}" "still alive: $l"; return; fi;
            else kept=1; say kept "${o%/*}" "${o#*/}"; return; fi; fi;
            if drop && e=$(rm -rf "$d" 2>&1); then tidy; say removed "${o%/*}" "${o#*/}"; if [ -n "$ended" ]; then say ended "${o%/*}" "${o#*/}"; fi;
            else kept=1; say failed "${o%/*}" "${o#*/}" "${l:+the container is still there: $l }$e"; fi; };
            force=$3; grace=$4; bound=$5;
            """#
    }

    /// Becomes `muster-agent VERB --dir …` after saying `begin`, so that what follows on standard output is the agent's alone. A relay
    /// begins only where there is a socket.
    static func agentVerb(_ verb: String, run: RunID, agent: AgentID, bundle sha256: String) -> HostScript {
        HostScript(
            [
                ScriptPart.opening, ScriptPart.oneAgent,
                #"""
                a="$cache/agents/$4/muster-agent"; [ -x "$a" ] || fail start "$a is not there";
                if [ "$5" = relay ] && [ -S "$d/link.sock" ] || [ "$5" = pack ]; then say begin; exec "$a" "$5" --dir "$d"; fi;
                fail start "$d/link.sock is not there";
                """#,
            ], words: [run.text, agent.text, sha256, verb])
    }
}
