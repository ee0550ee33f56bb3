/// What this build calls itself, in `--version` and in greetings.
package enum Build {
    package static let name = "muster 0.1"
}
