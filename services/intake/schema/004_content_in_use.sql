-- What a stored file is looked up by before it is pruned.
CREATE INDEX upload_by_content ON upload (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX progress_by_result ON progress ((state #>> '{result,file,sha256}'))
    WHERE state #>> '{result,file,sha256}' IS NOT NULL;
