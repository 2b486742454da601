-- Complaints of which whoever sent them is told: of denunciations nobody is.
CREATE VIEW told_complaint AS SELECT code FROM complaint WHERE class <> 'denunciation';
