"""Which requests the scripts of a list page would send, put together from what the page says."""

from __future__ import annotations

import json
import random
import re
from urllib.parse import parse_qs

import pytest

from scrapers.addresses import other_method
from scrapers.judge import judge
from scrapers.paging import script_requests
from tests.scrapers.skins.made import Skin
from tests.scrapers.walk import Answer, walk

ROOT = "http://a.gov.cn/nb/"
ASKED = '#json:{"site":"s1","channel":["c9"],"pageNum":1,"pageSize":10}'
FORM = "site=s1&channel=c9&pageNum=1&pageSize=10"


@pytest.mark.parametrize(
    ("script", "request_line"),
    [
        # the state of a pager stands before the arguments
        ("""var pager={pageNum:1,pageSize:10}; var site="s1",channel="c9"; $.ajax({type:"post",contentType:"application/json",url:"/list",
            data:JSON.stringify({site:site,channel:[channel],pageNum:pager.pageNum,pageSize:10})})""", f"/list{ASKED}"),
        # a component's state; the arguments have a name
        ("""var site = "s1"; var channel = "c9"; new Vue({data:{rows:[],pageNum:1,pageSize:10},methods:{load(){
            var param={"site":site,"channel":[channel],"pageNum":this.pageNum,"pageSize":this.pageSize};
            axios.post("/list",param).then(function(r){ draw({page:1,total:r.total,limit:10}) })}}})""", f"/list{ASKED}"),
        # the arguments' name decides, not how near they stand
        ("""var asked = {site:"s1",channel:"c9",pageNum:1,pageSize:10}; var shown = {pageNum:3,pageSize:9,total:7};
            $.post("/list", asked, function(d){})""", f"/list#form:{FORM}"),
        # without a method, these ask by GET
        ('$.ajax({url:"/list",data:{site:"s1",channel:"c9",pageNum:1,pageSize:10},success:fill})', f"/list?{FORM}"),
        # the method next to the address, not that of another request
        ("""$.ajax({url:"/hits",type:"get"}); function go(n){ $.ajax({type:"post",url:"/list",data:{site:"s1",channel:"c9",pageNum:n,pageSize:10}}) }""",
         f"/list#form:{FORM}"),
    ],
)  # fmt: skip
def test_a_script_sends_what_is_given_to_its_request(script: str, request_line: str) -> None:
    page = f"<html><body><div id=list></div><script>{script}</script></body></html>"
    assert script_requests(page, ROOT, re.compile("/list")) == [f"http://a.gov.cn{request_line}"]


def test_the_other_method_of_a_request() -> None:
    got = "http://a.gov.cn/list?page=1&q="
    posted = other_method(got)
    assert posted == f"{got}#form:page=1&q=" and other_method(posted) == got
    assert other_method("http://a.gov.cn/list") == "" and other_method('http://a.gov.cn/l#json:{"page":1}') == ""


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("told", ["type:'post',", ""])
def test_a_service_that_takes_one_method_only_is_asked_by_that(method: str, told: str) -> None:
    skin = Skin("trs_wcm", random.Random(1), "/nb/")
    reports = skin.invent(14, lambda r: f"/nb/t{10000 + len(skin.wanted)}.html")
    script = f"$.ajax({{url:'/igs/front/search.jhtml',{told}data:{{code:'x',siteId:'36',pageNumber:1,pageSize:10}}}})"
    skin.list_page("/nb/", f"<ul id=list></ul><script>{script}</script>")

    def serve(url: str, verb: str, body: str) -> Answer:
        if "/igs/" not in url:
            return skin.serve(url, verb, body)
        if verb != method:
            return 405, "text/html", b""
        asked = parse_qs(body or url.partition("?")[2])
        part = reports[(int(asked["pageNumber"][0]) - 1) * 10 :][:10]
        rows = [{"title": r.title, "url": f"http://{skin.host}{r.path}"} for r in part]
        return 200, "application/json", json.dumps({"page": {"total": len(reports), "content": rows}}).encode()

    found = walk(skin.site(), serve)
    assert {f"http://{skin.host}{path}" for path in skin.wanted} <= found.good and len(found.asked) <= 18
    assert judge(found.spider, {"finish_reason": "finished"})[0] == "ok"
