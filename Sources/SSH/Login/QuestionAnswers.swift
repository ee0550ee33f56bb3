import CLibSSH2
import Glibc
import Vocabulary

/// A login by questions of the host's own (RFC 4256), all of which that do not show what is typed are for the password.
///
/// Touched on its session's thread only.
final class QuestionAnswers {
    fileprivate let password: Secret

    init(_ password: Secret) { self.password = password }

    func offer(_ session: Session) -> Int32 {
        let user = session.target.user
        guard let owner = libssh2_session_abstract(session.handle) else { return LIBSSH2_ERROR_BAD_USE }
        owner.pointee = Unmanaged.passUnretained(self).toOpaque()
        defer { owner.pointee = nil }
        return libssh2_userauth_keyboard_interactive_ex(session.handle, user, UInt32(user.utf8.count), answer)
    }
}

private func answer(
    _ name: UnsafePointer<CChar>?, _ nameLength: Int32, _ instruction: UnsafePointer<CChar>?, _ instructionLength: Int32, _ count: Int32,
    _ prompts: UnsafePointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>?, _ responses: UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>?,
    _ owner: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) {
    guard let prompts, let responses, let owner = owner?.pointee else { return }
    let password = Unmanaged<QuestionAnswers>.fromOpaque(owner).takeUnretainedValue().password.revealed
    for index in 0..<Int(count) where prompts[index].echo == 0 {
        // libssh2 frees it.
        responses[index].text = strdup(password)
        responses[index].length = UInt32(password.utf8.count)
    }
}
