import io.github.pegcount.Client
import io.github.pegcount.Interval
import io.github.pegcount.PegcountException
import io.github.pegcount.SegmentsColumns
import java.io.File
import kotlin.system.exitProcess

// The conversations of an interval: page by page as typed columns, then whole as CSV and Arrow.
suspend fun main(arguments: Array<String>) {
    val (interval, folder) = arguments
    try {
        Client().use { client -> // GENESYSCLOUD_OAUTHCLIENT_ID, _SECRET and _REGION, or a profile
            client.listen { notice -> System.err.println(notice.text) }
            var talked = 0
            client.conversations(Interval(interval)).collect { page ->
                talked += SegmentsColumns(page.tables["segments"]).segmentType.count { it == "interact" }
            }
            println("$talked segments of talk")
            client.conversations(Interval(interval)).read("segments").use { tables ->
                File(folder, "segments.csv").writeBytes(tables["segments"].csv())
                File(folder, "segments.arrow").writeBytes(tables["segments"].ipcFile())
                println("${tables["segments"].rowCount} segments")
            }
        }
    } catch (error: PegcountException) {
        System.err.println(error.message)
        error.explanation.remedy.forEach { System.err.println("- $it") }
        exitProcess(1)
    }
}
