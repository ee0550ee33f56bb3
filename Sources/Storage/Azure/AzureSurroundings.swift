import FoundationEssentials
import Vocabulary

/// What this process's environment says of Azure's Blob Storage: the variables of Azure's own command line.
///
/// `AZURE_STORAGE_CONNECTION_STRING`, else `AZURE_STORAGE_KEY` (or `AZURE_STORAGE_ACCOUNT_KEY`) or `AZURE_STORAGE_SAS_TOKEN`, else the machine's
/// managed identity; and `AZURE_STORAGE_BLOB_ENDPOINT`.
struct AzureSurroundings: Sendable {
    static let shared = AzureSurroundings(environment: ProcessInfo.processInfo.environment)

    /// `http://127.0.0.1:10000/account`, with the account where it stands in the path; nil: Azure's own.
    let endpoint: String?
    /// The account that the key is of; nil: whichever a URI names.
    let account: String?
    let key: Secret?
    /// Without the question mark.
    let sas: Secret?
    let identity: AzureIdentity

    init(environment: [String: String]) {
        identity = AzureIdentity(environment: environment)
        var parts: [String: String] = [:]
        for part in (environment["AZURE_STORAGE_CONNECTION_STRING"] ?? "").split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            if pair.count == 2 { parts[pair[0].lowercased()] = pair[1] }
        }
        let value = { (name: String, variable: String) in
            parts[name] ?? environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        }
        let given = value("blobendpoint", "AZURE_STORAGE_BLOB_ENDPOINT")
        endpoint = given.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        account = value("accountname", "AZURE_STORAGE_ACCOUNT")
        key = (value("accountkey", "AZURE_STORAGE_KEY") ?? value("", "AZURE_STORAGE_ACCOUNT_KEY")).map { Secret($0) }
        sas = value("sharedaccesssignature", "AZURE_STORAGE_SAS_TOKEN").map { Secret($0.hasPrefix("?") ? String($0.dropFirst()) : $0) }
    }
}
