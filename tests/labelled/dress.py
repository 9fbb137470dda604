"""Pages as the site families print them: head, metas, menus, meta bar, body container, footer; and encodings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from tests.labelled.places import SLUGS

FAMILIES = ("trs", "hanweb", "ucap", "vsb", "gd_post", "gkmlpt", "lonsun", "snowflake", "old_asp", "jpaas")
BODY = {
    "trs": '<div class="trs_editor_view TRS_UEDITOR trs_paper_default"><style>.a{{color:red}}</style>{body}</div>',
    "hanweb": '<div id="zoom"><!--ZJEG_RSS.content.begin-->{body}<!--ZJEG_RSS.content.end--></div>',
    "jpaas": '<div id="zoom" class="article-content">{body}</div>',
    "ucap": '<div id="UCAP-CONTENT">{body}</div>',
    "vsb": '<form name="_newscontent_fromname"><div id="vsb_content"><div class="v_news_content">{body}</div></div></form>',
    "gd_post": '<div class="article-content" id="zoomcon">{body}</div>',
    "gkmlpt": '<div class="article-content">{body}</div>',
    "lonsun": '<div class="j-fontContent newscontnet minh300">{body}</div>',
    "snowflake": '<div class="content">{body}</div>',
    "old_asp": '<table width="90%"><tr><td id="content" class="content">{body}</td></tr></table>',
}
PATHS = {
    "trs": "/zwgk/zfxxgk/zfxxgknb/{y}{m}/t{y}{m}{d}_{n}.html", "hanweb": "/art/{y}/{mi}/{di}/art_1229{c}_{n}.html",
    "jpaas": "/col/col1229{c}/art/{y}/art_{h}.html", "ucap": "/sample/zfxxgknb/{y}{m}/{h}.shtml",
    "vsb": "/info/{c}/{n}.htm", "gd_post": "/zwgk/xxgknb/content/post_{n}.html",
    "gkmlpt": "/gkmlpt/content/7/7{c}/post_{n}.html", "lonsun": "/public/{c}/{n}.html",
    "snowflake": "/zfxxgk/zfxxgknb/{h19}.html", "old_asp": "/shownews.asp?id={n}",
}  # fmt: skip
MENUS = (
    "<ul class='nav'><li><a href='/'>首页</a></li><li><a href='/zw/'>政务公开</a></li><li><a href='/fw/'>政务服务</a></li>"
    "<li><a href='/hd/'>互动交流</a></li><li><a href='/zt/'>专题专栏</a></li></ul>",
    "<div class='menu'><a href='/zfxxgkzn/'>政府信息公开指南</a><a href='/zfxxgkzd/'>政府信息公开制度</a>"
    "<a href='/fdzdgk/'>法定主动公开内容</a><a href='/nb/'>政府信息公开年报</a><a href='/ysq/'>依申请公开</a></div>",
)


@dataclass(frozen=True, slots=True)
class Site:
    """The invented site of a page: what its footer, metas and breadcrumb say of it."""

    host: str
    name: str  # 桐乡市人民政府
    code: str  # six digits for SiteIDCode, "" for none
    department: str = ""  # shown as 发布机构 and ContentSource


def letters(text: str, size: int = 5) -> str:
    """Return a short name of letters made from a text, the same every time."""
    digest = hashlib.sha256(text.encode()).digest()
    return "".join(chr(97 + byte % 26) for byte in digest[:size])


def host_name(code: str) -> str:
    """Return the invented official host of a division; it tells no more than the province."""
    return f"www.{SLUGS[code[:2]]}-{letters(code)}-sample.gov.cn"


def address(host: str, family: str, key: str, date: str) -> str:
    """Return an article address in the grammar of the family."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    year, month, day = date.split("-")
    path = PATHS[family].format(
        y=year, m=month, d=day, mi=int(month), di=int(day), n=int(digest[:6], 16) + 1000, c=int(digest[6:9], 16) + 100,
        h=digest[:32], h19=str(int(digest, 16))[:19],
    )  # fmt: skip
    return f"http://{host}{path}"


def render(
    family: str, site: Site, title: str, body: str, date: str, *, metas: bool = True, index: bool = True,
    show_date: bool = True, charset: str = "utf-8", headline: str | None = None, index_number: str = "",
) -> str:  # fmt: skip
    """Return the page around a body; `headline` replaces the title printed over the text ("" prints none)."""
    plain = title.replace("\n", "")
    head = f'<meta charset="{charset}">' if charset else ""
    if metas:
        pairs = [("SiteName", site.name), ("SiteDomain", site.host), ("SiteIDCode", f"{site.code}0011" if site.code else ""),
                 ("ColumnName", "政府信息公开年报"), ("ColumnType", "信息公开"), ("ArticleTitle", plain),
                 ("PubDate", f"{date} 09:20" if show_date else ""), ("ContentSource", site.department)]  # fmt: skip
        head += "".join(f'<meta name="{name}" content="{value}">' for name, value in pairs if value)
    bar = f"发布时间：{date}　" if show_date else ""
    bar += f"来源：{site.department or '本站'}　浏览次数：<span id='hits'>1{len(body) % 97}</span>　【字体：大 中 小】　打印本页"
    block = ""
    number = index_number or f"{letters(title, 8)}/2020-00{len(plain)}"
    if index:
        written = f"<td>成文日期：</td><td>{date}</td>" if show_date else "<td>公开方式：</td><td>主动公开</td>"
        block = (f"<table class='xxgk-head'><tr><td>索 引 号：</td><td>{number}</td>"
                 f"<td>发布机构：</td><td>{site.department}</td></tr><tr>{written}<td>主题分类：</td><td>政务公开</td></tr></table>"
                 if site.department else "")  # fmt: skip
    shown = title.replace("\n", "<br/>") if headline is None else headline
    return f"""<!DOCTYPE html>
<html><head>{head}<title>{plain}_{site.name}</title><script>var _jsq_=1;</script></head>
<body>
<div class="header">{MENUS[len(plain) % 2]}</div>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a href="/nb/">政府信息公开年报</a></div>
<div class="main">{block}
<h1 class="title">{shown}</h1>
<div class="info">{bar}</div>
{BODY[family].format(body=body)}
</div>
<div class="share">分享到：微信 微博</div>
<div class="prev"><p>上一篇：<a href="a.html">部门预算公开</a></p><p>下一篇：没有了</p></div>
<div class="footer"><p>主办：{site.name}　承办：{site.name}办公室</p><p>网站标识码：{site.code or "000000"}0011　备案号：ICP备00000000号</p>
<p>Copyright © 版权所有　网站地图 | 联系我们</p></div>
</body></html>"""


def paragraphs(lines: list[str], style: str) -> str:
    """Return paragraphs as editors leave them: plain, spans, br, nbsp, div."""
    if style == "br":
        return "<p>" + "<br/>\n".join("　　" + line for line in lines) + "</p>"
    if style == "span":
        return "\n".join(
            f'<p style="text-indent:2em"><span style="font-family:仿宋"><strong></strong>{line}</span></p>'
            for line in lines
        )
    if style == "nbsp":
        return "\n".join(f"<p>&nbsp;&nbsp;&nbsp;&nbsp;{line}</p><p>&nbsp;</p>" for line in lines)
    if style == "div":
        return "\n".join(f"<div>　　{line}</div>" for line in lines)
    return "\n".join(f"<p>　　{line}</p>" for line in lines)


STYLES = ("p", "span", "br", "nbsp", "div")
ENCODINGS = (
    "utf8",
    "gbk",
    "utf8_nometa",
    "bom",
    "gbk_nometa",
    "utf8_says_gbk",
    "gbk_says_utf8",
    "mojibake_menu",
    "mixed_menu",
)
CHARSET_SAID = {"utf8": "utf-8", "gbk": "gb2312", "bom": "utf-8", "utf8_says_gbk": "gb2312", "gbk_says_utf8": "utf-8",
                "mojibake_menu": "utf-8", "mixed_menu": "utf-8"}  # fmt: skip


def encode(html: str, encoding: str) -> bytes:
    """Return the bytes of a page; its head must have been rendered with `CHARSET_SAID.get(encoding, "")`."""
    if encoding == "mojibake_menu":
        garbled = "政务公开 互动交流 专题专栏 便民服务".encode().decode("gb18030", "replace")
        return html.replace('<div class="header">', f'<div class="header"><p>{garbled}</p>', 1).encode()
    if encoding == "mixed_menu":  # an included menu file in another encoding than the page
        before, mark, after = html.encode().partition(b'<div class="header">')
        return before + mark + "<p>政务公开 互动交流 便民服务</p>".encode("gb18030") + after
    if encoding.startswith("gbk"):
        return html.encode("gb18030")
    return (b"\xef\xbb\xbf" if encoding == "bom" else b"") + html.encode()
