"""Folding keeps offsets and changes words as well as characters."""

from schemas.records import Document, Table
from transforms.inspection import inspect_page
from transforms.text.traditional import fold_document, is_traditional, simplify

TEXT = "北京市海淀區政府資訊公開工作年度報告，規範性檔案與入口網站，申請訴訟總體機構處員會規動條閱結問實領導審權責"


def test_simplify():
    folded = simplify(TEXT)
    assert folded.startswith("北京市海淀区政府信息公开工作年度报告，规范性文件与门户网站") and len(folded) == len(TEXT)
    assert simplify("信息公开") == "信息公开"


def test_is_traditional():
    assert is_traditional(TEXT) and not is_traditional(simplify(TEXT)) and not is_traditional("開發")


def test_fold_document_keeps_the_tables():
    document = Document(TEXT, [Table(0, 3)], headline="報告", index_block={"發布機構": "區財政局"})
    folded = fold_document(document)
    assert folded.tables == [Table(0, 3)] and folded.index_block == {"发布机构": "区财政局"}
    assert folded.headline == "报告" and len(folded.text) == len(TEXT)


def test_what_is_stored_is_what_was_served():
    body = "一、總體情況\n2020年，全縣主動公開政府信息120條，認真貫徹落實條例，及時回應群眾關切。\n二、主動公開政府信息情況\n無。\n三、收到和處理政府信息公開申請情況\n收到申請2件，均已辦結。\n四、政府信息公開行政複議、行政訴訟情況\n無。\n五、存在的主要問題及改進情況\n人員不足，下一步加強學習。\n六、其他需要報告的事項\n無。"
    page = f"<title>永昌縣2020年政府信息公開工作年度報告</title><h1>永昌縣2020年政府信息公開工作年度報告</h1><div id=zoom>{body.replace(chr(10), '<br>')}</div>"
    told = inspect_page(page.encode(), "http://big5.yongchang.gov.cn/gate/big5/www.yongchang.gov.cn/1.html")
    assert told["text"].replace("\n", "") == body.replace("\n", "") and told["agency_name"] == "永昌县人民政府"
    assert told["sections"][0]["key"] == "overview"
    for section in told["sections"]:
        assert told["text"][section["start"] :].lstrip().startswith(section["heading"])
        assert section["heading"] in body
