"""Which enterprises look alike."""

import pytest

from people.enterprise_names import Known, Reason, alike, bare, head


@pytest.mark.parametrize(
    "name",
    [
        "Công ty TNHH Thủy sản Tân Phước Hưng (mẫu)",
        "CTY TNHH THUY SAN TAN PHUOC HUNG",
        "Công ty Trách nhiệm hữu hạn Một thành viên Thuỷ sản Tân Phước Hưng",
        "C.ty TNHH 1TV Thủy sản “Tân Phước Hưng”.",
        "Công ty Cổ phần Thủy-sản Tân Phước Hưng",
        "DNTN Thủy sản Tân Phước Hưng",
        "HTX Thủy sản Tân Phước Hưng",
        "Hợp tác xã thủy sản Tân Phước Hưng",
        "Hộ kinh doanh Thủy sản Tân Phước Hưng",
    ],
)
def test_accents_legal_form_and_marks_are_no_difference(name):
    assert bare(name) == "thuysantanphuochung"


def test_usual_short_forms_are_read_out():
    assert bare("Cty TNHH SX & TM Hải Vĩnh") == bare("Công ty TNHH Sản xuất và Thương mại Hải Vĩnh")


def test_what_tells_enterprises_apart_stays():
    assert bare("Công ty TNHH Tân Phước Hưng 2") != bare("Công ty TNHH Tân Phước Hưng")
    assert bare("Công ty TNHH Hương Cà Phê") != bare("Công ty TNHH Hương")
    assert bare("Công ty TNHH") == ""


def test_the_head_of_a_code():
    assert [head(code) for code in ("9900010102", "9900010102-001", "092192000123", None)] == [
        "9900010102",
        "9900010102",
        "",
        "",
    ]


def test_pairs_are_proposed_by_name_and_by_head_office():
    pairs = alike(
        [
            Known(1, "Công ty TNHH Hải Vĩnh", "9900010102", False),
            Known(2, "Chi nhánh kho lạnh", "9900010102-001", False),
            Known(3, "CTY HAI VINH", None, False),
            Known(4, "HKD Năm Thành", "9900020206", True),
            Known(5, "Hộ kinh doanh Năm Thành", "092192000123", True),
            Known(6, "Công ty TNHH", None, False),
            Known(7, "Công ty Cổ phần", None, False),
        ]
    )
    assert [(pair.first, pair.second, pair.reasons) for pair in pairs] == [
        (4, 5, (Reason.NAME, Reason.OWNER)),
        (1, 3, (Reason.NAME,)),
        (1, 2, (Reason.HEAD,)),
    ]


def test_a_name_that_hundreds_share_proposes_a_pair_each_not_every_pair():
    pairs = alike(Known(number, "HTX Nông nghiệp", None, False) for number in range(300))
    assert len(pairs) == 299
