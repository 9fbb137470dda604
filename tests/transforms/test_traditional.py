"""Folding keeps offsets and changes words as well as characters."""

from schemas.records import Cell, Document, Table
from transforms.traditional import fold, fold_document, is_traditional

TEXT = "北京市海淀區政府資訊公開工作年度報告，規範性檔案與入口網站，申請訴訟總體機構處員會規動條閱結問實領導審權責"


def test_fold():
    folded = fold(TEXT)
    assert folded.startswith("北京市海淀区政府信息公开工作年度报告，规范性文件与门户网站") and len(folded) == len(TEXT)
    assert fold("信息公开") == "信息公开"


def test_is_traditional():
    assert is_traditional(TEXT) and not is_traditional(fold(TEXT)) and not is_traditional("開發")


def test_fold_document_keeps_the_grid():
    document = Document(
        TEXT, [Table(0, 3, [[Cell("總計", 0, 2)]])], headline="報告", index_block={"發布機構": "區財政局"}
    )
    folded = fold_document(document)
    assert folded.tables[0].grid[0][0] == Cell("总计", 0, 2) and folded.index_block == {"发布机构": "区财政局"}
    assert folded.headline == "报告" and len(folded.text) == len(TEXT)
