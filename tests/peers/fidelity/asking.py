"""What several tests ask with, and how they take a refusal."""
import json
import re

import PureCloudPlatformClientV2 as sdk
import pytest
from PureCloudPlatformClientV2.rest import ApiException

REFUSED = set()  # status, code and gist of each refusal that was met


def paging(size, number):
    spec = sdk.PagingSpec()
    spec.page_size, spec.page_number = size, number
    return spec


def filled(model, **members):
    """A model of the SDK with some of its members."""
    for name, value in members.items():
        assert name in model.swagger_types, name
        setattr(model, name, value)
    return model


def details(interval, number=1, size=100, **more):
    query = sdk.ConversationQuery()
    query.interval, query.order, query.order_by = interval, "asc", "conversationStart"
    query.paging = sdk.PagingSpec()
    query.paging.page_size, query.paging.page_number = size, number
    for name, value in more.items():
        setattr(query, name, value)
    return query


def whole(admin, listing, **arguments):
    """Every entity of a listing, to its last page."""
    found, number = [], 1
    while True:
        answer = listing(page_size=25, page_number=number, **arguments)
        found += answer.entities
        if number >= answer.page_count:
            assert len({entity.id for entity in found}) == len(found) == answer.total
            return found
        number += 1


def code_of(text):
    """The code of a refusal, whoever refused; nothing where the body is no JSON."""
    try:
        told = json.loads(text)
    except ValueError:
        return None
    # The SDK for JavaScript hands on a page of HTML as a string.
    return told.get("code", told.get("error")) if isinstance(told, dict) else None


def gist(text):
    """What a refusal says, whatever it says it of: without what stands in brackets and what a sandbox cannot know."""
    try:
        told = json.loads(text)
    except ValueError:
        return None
    said = told.get("message", told.get("error_description", told.get("description"))) if isinstance(told, dict) else None
    return said and re.sub(r"\[[^][]*\]", "[]", said.split("Allowable values")[0].split(";")[0])


def refusal(call, *arguments, **named):
    with pytest.raises(ApiException) as caught:
        call(*arguments, **named)
    text = caught.value.body
    REFUSED.add((caught.value.status, code_of(text), gist(text)))
    return caught.value
