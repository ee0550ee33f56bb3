import Vocabulary

/// What `body` comes to, or `deadline` thrown where it takes longer; then, and when the task is cancelled, `process` is ended, which ends the body.
func within<T: Sendable>(
    _ deadline: Duration, host: HostName, what: String, ending process: any HostProcess,
    _ body: @escaping @Sendable () async throws(DeploymentError) -> T
) async throws(DeploymentError) -> T {
    let result = await withTaskGroup(of: Result<T, DeploymentError>?.self) { group in
        group.addTask {
            do throws(DeploymentError) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        group.addTask {
            try? await Task.sleep(for: deadline)
            return nil
        }
        if let first = await group.next(), let result = first {
            group.cancelAll()
            return result
        }
        group.cancelAll()
        await process.cancel()
        _ = await group.next()
        return .failure(
            Task.isCancelled
                ? .unreachable(host: host, what: what, why: "it was called off", fix: "")
                : .deadline(host: host, what: what, after: deadline))
    }
    return try result.get()
}
