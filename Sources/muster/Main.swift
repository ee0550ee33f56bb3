import Commands
import Vocabulary

@main
struct Main {
    static func main() async {
        Interruptions.take()
        await MusterCommand.perform()
    }
}
