extension HostScript {
    /// Brings packages into a host's cache and does nothing with them. Says `have` or `need` of each as a launch does, then `done`.
    static func push(_ packages: [FilePackage]) -> HostScript {
        HostScript(
            [
                ScriptPart.opening, ScriptPart.receiving, ScriptPart.keeping,
                #"""
                u="$cache/new-$$"; for p in $(echo "$2" | tr "," " "); do cached "$p"; done; say done;
                """#,
            ], words: [packages.map { "\($0.sha256):\($0.size)" }.joined(separator: ",")])
    }
}
