import Plans
import Vocabulary

/// Why an inventory cannot be read.
package struct InventoryError: Error, Sendable, Equatable, CustomStringConvertible {
    package var path: String
    package var line: Int?
    package var why: String

    package var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(why)" }
}

/// One host of an inventory: how it is reached, and the groups that it is in.
package struct InventoryHost: Sendable, Equatable {
    package var reach: Reach
    /// As the inventory calls it.
    package var name: String
    package var groups: [String]
}

/// The hosts of an Ansible inventory (INI or YAML) or of a plain list, a host a line; of the variables those that say how to
/// connect: `ansible_host`, `_port`, `_user`, `_ssh_private_key_file`, `_connection: local`, and a ProxyJump in `_ssh_common_args`.
package func readInventory(path: String) throws(InventoryError) -> [InventoryHost] {
    let text: String
    do throws(YAMLDocument.Refusal) { text = try PlaybookFile.read(path) } catch {
        throw InventoryError(path: path, why: error.problem.what)
    }
    return try parseInventory(text, path: path)
}

func parseInventory(_ text: String, path: String) throws(InventoryError) -> [InventoryHost] {
    var groups = InventoryGroups(path: path)
    if isYAML(text, path: path) { try groups.readYAML(text) } else { try groups.readLines(text) }
    return try groups.hosts()
}

private func isYAML(_ text: String, path: String) -> Bool {
    if [".yaml", ".yml", ".json"].contains(where: path.hasSuffix) { return true }
    let first = text.split(whereSeparator: \.isNewline).first {
        !$0.drop(while: \.isWhitespace).hasPrefix("#") && !$0.allSatisfy(\.isWhitespace)
    }
    return first.map { $0.hasPrefix("---") || $0.hasSuffix(":") || $0.hasPrefix("{") } ?? false
}
