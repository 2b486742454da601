-- Surveys: what is asked, in versions; whom, drawn at random; and what they answered on slips that nobody can trace.
CREATE TABLE survey (
    code text NOT NULL,
    version int NOT NULL,
    valid_from timestamptz NOT NULL,  -- until the next version
    name_vi text NOT NULL,
    name_en text NOT NULL,
    PRIMARY KEY (code, version)
);

-- Answers are in the order of no.
CREATE TABLE survey_criterion (
    survey text NOT NULL,
    version int NOT NULL,
    no int NOT NULL,
    factor int NOT NULL,
    factor_vi text NOT NULL,
    factor_en text NOT NULL,
    vi text NOT NULL,
    en text NOT NULL,
    PRIMARY KEY (survey, version, no)
);

-- A time at which people are asked. Drawn anew from the same dossiers with the same seed it is the same sample.
CREATE TABLE survey_wave (
    id uuid PRIMARY KEY,
    survey text NOT NULL,
    version int NOT NULL,
    name text NOT NULL,
    seed text NOT NULL,
    ended_from timestamptz NOT NULL,  -- dossiers that ended from here
    ended_to timestamptz NOT NULL,    -- to before here
    quota int NOT NULL,               -- at most so many of each unit and field
    closes_at timestamptz NOT NULL,
    made_by text NOT NULL,
    is_drawn boolean NOT NULL DEFAULT false
);

-- Of one unit and field: how many there were, how many were drawn, and the numbers of their slips. Which slip went to whom is
-- written nowhere.
CREATE TABLE survey_stratum (
    wave uuid NOT NULL,
    unit_code text NOT NULL,
    field_code text NOT NULL,
    population int NOT NULL,
    sampled int NOT NULL,
    first_slip int NOT NULL,
    PRIMARY KEY (wave, unit_code, field_code),
    UNIQUE (wave, first_slip)
);
CREATE TABLE survey_sample (
    wave uuid NOT NULL,
    unit_code text NOT NULL,
    code text NOT NULL,
    PRIMARY KEY (wave, unit_code, code)
);

-- 5 very content … 1 very discontent, 0 no answer; one element for each criterion.
CREATE TABLE survey_answer (
    wave uuid NOT NULL,
    slip_no int NOT NULL,
    unit_code text NOT NULL,
    field_code text NOT NULL,
    answers smallint[] NOT NULL,
    words text NOT NULL,
    entered_by text NOT NULL,
    PRIMARY KEY (wave, slip_no)
);
CREATE INDEX survey_answer_of ON survey_answer (wave, unit_code, field_code);

-- SIPAS: the five factors of the scheme of 2017–2020 (DOMAIN §10.2).
INSERT INTO survey VALUES ('sipas', 1, '2017-01-01', 'Mức độ hài lòng về sự phục vụ hành chính (SIPAS)',
                           'Satisfaction with public administrative services (SIPAS)');
INSERT INTO survey_criterion SELECT 'sipas', 1, row_number() OVER (ORDER BY f.no, c.ord), f.no, f.vi, f.en, c.vi, c.en FROM (VALUES
    (1, 'Tiếp cận dịch vụ', 'Access to the service'), (2, 'Thủ tục hành chính', 'The procedure'),
    (3, 'Công chức giải quyết công việc', 'The officer'), (4, 'Kết quả cung ứng dịch vụ', 'The result'),
    (5, 'Tiếp nhận, giải quyết góp ý, phản ánh, kiến nghị', 'Comments and complaints')) AS f(no, vi, en) JOIN (VALUES
    (1, 1, 'Nơi ngồi chờ có đủ chỗ ngồi', 'There are enough seats to wait'),
    (1, 2, 'Trang thiết bị phục vụ người dân đầy đủ', 'Equipment for the public is complete'),
    (1, 3, 'Trang thiết bị phục vụ người dân hiện đại', 'Equipment for the public is modern'),
    (1, 4, 'Trang thiết bị phục vụ người dân dễ sử dụng', 'Equipment for the public is easy to use'),
    (2, 1, 'Quy định về thủ tục được công khai đầy đủ', 'The rules of the procedure are published completely'),
    (2, 2, 'Thành phần hồ sơ phải nộp đúng quy định', 'The papers asked for are those of the rules'),
    (2, 3, 'Phí, lệ phí phải nộp đúng quy định', 'The fees are those of the rules'),
    (2, 4, 'Thời hạn giải quyết đúng quy định', 'The time limit is that of the rules'),
    (3, 1, 'Công chức có thái độ giao tiếp lịch sự', 'The officer is polite'),
    (3, 2, 'Công chức chú ý lắng nghe ý kiến của người dân', 'The officer listens'),
    (3, 3, 'Công chức trả lời, giải thích đầy đủ các ý kiến', 'The officer answers and explains completely'),
    (3, 4, 'Công chức hướng dẫn kê khai hồ sơ tận tình, chu đáo', 'The officer helps with the forms with care'),
    (3, 5, 'Công chức hướng dẫn hồ sơ dễ hiểu', 'The guidance is easy to understand'),
    (3, 6, 'Công chức tuân thủ đúng quy định', 'The officer keeps to the rules'),
    (4, 1, 'Kết quả đúng quy định', 'The result is as the rules say'),
    (4, 2, 'Kết quả có thông tin đầy đủ', 'The result is complete'),
    (4, 3, 'Kết quả có thông tin chính xác', 'The result is correct'),
    (5, 1, 'Có bố trí hình thức tiếp nhận góp ý, phản ánh, kiến nghị', 'There is a way to comment and complain'),
    (5, 2, 'Dễ dàng thực hiện góp ý, phản ánh, kiến nghị', 'It is easy to comment and complain'),
    (5, 3, 'Tiếp nhận, xử lý tích cực các góp ý, phản ánh, kiến nghị', 'Comments and complaints are dealt with actively'),
    (5, 4, 'Thông báo kịp thời kết quả xử lý', 'One is told in time what came of it'),
    (5, 5, 'Kết quả xử lý góp ý, phản ánh, kiến nghị thỏa đáng', 'What came of it is fair')) AS c(factor, ord, vi, en) ON c.factor = f.no;
