-- The public state after a move, as intake keeps it.
CREATE OR REPLACE FUNCTION bench.state(o bench.one, p bench.path) RETURNS jsonb IMMUTABLE LANGUAGE sql AS $$
    SELECT jsonb_build_object('status', p.status_after, 'status_name', 'Đã trả kết quả', 'transition', p.transition,
        'at_ms', o.filed_ms + p.later_ms, 'by', '{"name": "Lê Thị Thu Thảo", "title": "Chuyên viên", "department": "Bộ phận một cửa"}'::jsonb,
        'handling_unit_code', o.unit, 'handling_unit_name', o.unit_name, 'accepted_at_ms', o.filed_ms + 91800000,
        'due_at_ms', o.filed_ms + 1296000000)
    || CASE WHEN p.status_after >= 9 THEN jsonb_build_object('finished_at_ms', o.filed_ms + 864000000,
            'result', jsonb_build_object('number', o.i || '/GP', 'name', 'Giấy phép', 'signer', 'Trần Văn Lãnh Đạo', 'signed_at_ms', o.filed_ms + 864000000,
                'agency', o.unit_name, 'file', jsonb_build_object('sha256', md5(o.code) || md5(o.phone), 'name', 'giay-phep.pdf',
                                                                  'size', 120000, 'type', 'application/pdf')))
       ELSE '{}' END
$$;
