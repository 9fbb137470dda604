"""Who reports what on which sample site. Places and codes are real, hosts and reports invented.

No agency and year of the real seed pages is among them: an invented report must not take a real one's place.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Agency:
    """An issuer as its titles print it, with what the archive must make of it."""

    printed: str
    name: str
    level: str
    kind: str
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NationSite:
    """One sample site; `place` is (province slug, prefecture, county). Without a column, its home page is all that is told."""

    site_id: str
    host: str
    name: str
    division: str
    level: str
    family: str
    column: str
    place: tuple[str, str | None, str | None]
    agencies: tuple[Agency, ...]
    charset: str = "utf-8"
    per_page: int = 20
    extras: tuple[str, ...] = field(default=())
    grammar: str = ""


def _government(name: str, years: tuple[int, ...], level: str = "county", printed: str = "") -> Agency:
    return Agency(printed or name, f"{name}人民政府", level, "government", years)


TOWN = "township"
SITES = (
    NationSite("s-stats", "www.stats-sample.gov.cn", "国家统计局", "000000", "central", "trs_wcm", "/xxgk/zfxxgknb/",
               ("central", None, None), (Agency("国家统计局", "国家统计局", "central", "department", (2009, 2016, 2021)),)),
    NationSite("s-hubei-water", "slt.hubei-sample.gov.cn", "湖北省水利厅", "420000", "province", "trs_wcm", "/fbjd/xxgk/gknb/",
               ("hubei", None, None), (Agency("湖北省水利厅", "湖北省水利厅", "province", "department", (2012, 2018, 2023)),)),
    NationSite("s-lingyuan", "www.lingyuan-sample.gov.cn", "凌源市人民政府", "211382", "county", "trs_wcm", "/zwgk/zfxxgknb/",
               ("liaoning", "朝阳市", "凌源市"), (_government("凌源市", (2008, 2010, 2012)),
               Agency("凌源市财政局", "凌源市财政局", "county", "department", (2010, 2013))), charset="gb18030"),
    NationSite("s-guyuan", "www.guyuan-sample.gov.cn", "固原市人民政府", "640400", "prefecture", "trs_wcm", "/xxgk/zfxxgknb_97166/",
               ("ningxia", "固原市", None), (_government("固原市", (2011, 2015, 2019, 2022), "prefecture"),
               Agency("市教育局", "固原市教育局", "prefecture", "department", (2019, 2022))), extras=("lookalikes", "soft404")),
    NationSite("s-changshou", "www.changshou-sample.gov.cn", "重庆市长寿区人民政府", "500115", "county", "trs_wcm", "/zwgk/zfxxgknb/",
               ("chongqing", None, "长寿区"), (_government("长寿区", (2017, 2020, 2024), printed="重庆市长寿区"),
               Agency("长寿区青石镇", "长寿区青石镇人民政府", TOWN, "government", (2020, 2024)),
               Agency("长寿区白柳镇", "长寿区白柳镇人民政府", TOWN, "government", (2020, 2024))), per_page=4, extras=("twins",)),
    NationSite("s-tongxiang", "www.tongxiang-sample.gov.cn", "桐乡市人民政府", "330483", "county", "hanweb", "/col/col1229/index.html",
               ("zhejiang", "嘉兴市", "桐乡市"), (_government("桐乡市", (2009, 2014, 2019, 2020, 2021, 2025)),
               Agency("桐乡市财政局", "桐乡市财政局", "county", "department", (2014, 2019, 2020, 2021)),
               Agency("桐乡市人社局", "桐乡市人力资源和社会保障局", "county", "department", (2020, 2021)),
               Agency("桐乡市清河街道办事处", "桐乡市清河街道办事处", TOWN, "government", (2019, 2021, 2025)),
               Agency("桐乡市云桥镇", "桐乡市云桥镇人民政府", TOWN, "government", (2019, 2021, 2025))), per_page=5, extras=("corrected", "lookalikes")),
    NationSite("s-jiaxing", "www.jiaxing-sample.gov.cn", "嘉兴市人民政府", "330400", "prefecture", "hanweb", "/col/col2001/index.html",
               ("zhejiang", "嘉兴市", None), (_government("嘉兴市", (2014, 2020, 2021), "prefecture"),), extras=("copies",)),
    NationSite("s-yongchang", "www.yongchang-sample.gov.cn", "永昌县人民政府", "620321", "county", "hanweb", "/col/col330/index.html",
               ("gansu", "金昌市", "永昌县"), (_government("永昌县", (2008, 2015, 2018, 2022)),
               Agency("城关镇", "永昌县城关镇人民政府", TOWN, "government", (2018, 2022))), charset="gb18030", extras=("printed_twice",)),
    NationSite("s-changji", "www.changji-sample.gov.cn", "昌吉市人民政府", "652301", "county", "ucap", "/cjs/zfxxgknb/list.shtml",
               ("xinjiang", "昌吉回族自治州", "昌吉市"), (_government("昌吉市", (2010, 2016, 2019, 2023)),
               Agency("昌吉市滨湖镇", "昌吉市滨湖镇人民政府", TOWN, "government", (2017, 2019, 2023)),
               Agency("昌吉市政务服务监督管理局", "昌吉市政务服务监督管理局", "county", "department", (2019, 2023))), per_page=4, extras=("endless",)),
    NationSite("s-wuchang", "www.wuchang-sample.gov.cn", "五常市人民政府", "230184", "county", "ucap", "/hebwcs/c5546/list.shtml",
               ("heilongjiang", "哈尔滨市", "五常市"), (_government("五常市", (2012, 2017, 2021)),
               Agency("五常市气象局", "五常市气象局", "county", "vertical_agency", (2021,)))),
    NationSite("s-xinjin", "www.xinjin-sample.gov.cn", "成都市新津区人民政府", "510118", "county", "ucap", "/xinjin/zfxxgknb/list.shtml",
               ("sichuan", "成都市", "新津区"), (_government("新津区", (2020, 2022, 2024), printed="成都市新津区"),)),
    NationSite("s-taian", "www.taian-sample.gov.cn", "泰安市人民政府", "370900", "prefecture", "hanweb",
               "/module/xxgk/xxgkAnnualReport.jsp?area=11370900004341000X&fbtime={year}", ("shandong", "泰安市", None),
               (_government("泰安市", (2012, 2016, 2019, 2023), "prefecture"),), charset="gb18030", extras=("servlet",)),
    NationSite("s-gangu", "www.gangu-sample.gov.cn", "甘谷县人民政府", "620523", "county", "vsb", "/zfxxgk/zfxxgknb.htm",
               ("gansu", "天水市", "甘谷县"), (_government("甘谷县", (2015, 2022)),
               Agency("甘谷县财政局", "甘谷县财政局", "county", "department", (2015, 2022)),
               Agency("甘谷县大像山镇", "甘谷县大像山镇人民政府", TOWN, "government", (2022,))), per_page=2, extras=("sidebar",)),
    NationSite("s-yixian", "www.yixian-sample.gov.cn", "义县人民政府", "210727", "county", "vsb",
               "/bm_list.jsp?urltype=egovinfo.EgovInfoList&wbtreeid=1193&sccode=zfxxgknb&subtype=1&dpcode=all&gilevel=1",
               ("liaoning", "锦州市", "义县"), (_government("义县", (2010, 2012)),
               Agency("义县水利局", "义县水利局", "county", "department", (2010, 2012))), per_page=1, extras=("module",)),
    NationSite("s-suixi", "www.suixi-sample.gov.cn", "遂溪县人民政府", "440823", "county", "guangdong", "/zwgk/xxgknb/",
               ("guangdong", "湛江市", "遂溪县"), (_government("遂溪县", (2019, 2023)),
               Agency("遂溪县司法局", "遂溪县司法局", "county", "department", (2019, 2023))), per_page=2, extras=("mobile",)),
    NationSite("s-yunan", "www.yunan-sample.gov.cn", "云浮市云安区人民政府", "445303", "county", "guangdong", "/gkmlpt/index",
               ("guangdong", "云浮市", "云安区"), (_government("云安区", (2019, 2023), printed="云浮市云安区"),), extras=("platform",)),
    NationSite("s-huixian", "www.huixian-sample.gov.cn", "徽县人民政府", "621227", "county", "lonsun",
               "/public/column/6598771?type=4&catId=7711&action=list&nav=3", ("gansu", "陇南市", "徽县"),
               (_government("徽县", (2015, 2022)), Agency("徽县农业农村局", "徽县农业农村局", "county", "department", (2015, 2022))),
               per_page=3),
    NationSite("s-yingshan", "www.yingshan-sample.gov.cn", "英山县人民政府", "421124", "county", "showlist",
               "/XxgkAnnualReport/showList/21/page_1.html", ("hubei", "黄冈市", "英山县"), (_government("英山县", (2018, 2023)),
               Agency("英山县民政局", "英山县民政局", "county", "department", (2018, 2023))), per_page=2),
    NationSite("s-zhongjiang", "www.zhongjiang-sample.gov.cn", "中江县人民政府", "510623", "county", "generic", "/info/iList.jsp?cat_id=10143",
               ("sichuan", "德阳市", "中江县"), (_government("中江县", (2020, 2024)),), per_page=1, extras=("ilist",), grammar="ilist"),
    NationSite("s-renhe", "www.renhe-sample.gov.cn", "攀枝花市仁和区人民政府", "510411", "county", "generic", "",
               ("sichuan", "攀枝花市", "仁和区"), (_government("仁和区", (2020, 2024), printed="攀枝花市仁和区"),
               Agency("仁和区统计局", "仁和区统计局", "county", "department", (2020, 2024))), per_page=2),
    NationSite("s-jingchuan", "www.jingchuan-sample.gov.cn", "泾川县人民政府", "620821", "county", "hanweb", "/jcx/zwgk/xxgkndbg/",
               ("gansu", "平凉市", "泾川县"), (_government("泾川县", (2015, 2022)),), per_page=1, extras=("units",)),
    NationSite("s-muchuan", "www.muchuan-sample.gov.cn", "沐川县人民政府", "511129", "county", "ucap", "/mcx/zfxxgknb/xxgk_list.shtml",
               ("sichuan", "乐山市", "沐川县"), (_government("沐川县", (2020, 2024)),), per_page=1, extras=("search",)),
    NationSite("s-clone", "www.ztky-sample.com", "克隆样本", "640400", "prefecture", "trs_wcm", "/xxgk/zfxxgknb_97166/",
               ("ningxia", "固原市", None), (), extras=("clone",)),
    NationSite("s-reprint", "www.wiki-sample.com", "转载样本", "652301", "county", "ucap", "/wiki/c1/list.shtml",
               ("xinjiang", "昌吉回族自治州", "昌吉市"), (), extras=("reprint",)),
)  # fmt: skip
