import Commands
import Vocabulary

@main
struct Main {
    static func main() async {
        Interruptions.block()
        await MusterCommand.perform()
    }
}
