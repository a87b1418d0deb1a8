"""Files of data extraction, as the official SDK lists them and gets their URLs."""
import urllib.request

import PureCloudPlatformClientV2 as sdk

from asking import filled
from judging import NAME, UNASKED

FILE = "GET analytics/dataextraction/downloads/{downloadId}"


def test_files(admin, sandbox):
    api = admin.api("AnalyticsApi")
    listing = api.get_analytics_dataextraction_downloads_metadata(page_size="200", data_schema="conversations")
    assert {file.data_schema for file in listing.entities} == {"conversations"} <= set(listing.enabled_data_schemas)
    assert all(file.date_created < file.date_expires for file in listing.entities)
    wanted = [file.id for file in listing.entities[-3:]]
    asked = filled(sdk.DownloadServiceRequest(), files=wanted)
    urls = api.post_analytics_dataextraction_downloads_bulk(asked).entities
    assert [url.id for url in urls] == wanted
    for url in urls:
        assert url.signed_url.startswith(sandbox["files"])
        if FILE not in UNASKED[NAME]:
            api.get_analytics_dataextraction_download(url.id)
        with urllib.request.urlopen(url.signed_url, timeout=10) as answer:
            assert answer.read()[-4:] == b"PAR1"
