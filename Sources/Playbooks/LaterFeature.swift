/// What the format has and this build does not carry out. A playbook that asks for it checks and plans; `run` refuses it by this name.
///
/// Whoever carries one out takes its case away, and the compiler leads to where it is asked for.
enum LaterFeature: String, CaseIterable {
    case processes = "processes"

    /// What this build does instead.
    var fix: String { "leave it out, or use a later version of muster" }
}
