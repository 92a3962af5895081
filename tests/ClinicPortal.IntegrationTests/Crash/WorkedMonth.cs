using ClinicPortal.IntegrationTests.LocalPostgres;

namespace ClinicPortal.IntegrationTests.Crash;

/// <summary>Drivers of whom each has worked an hour on a Tuesday of a month, with what was noted of it, and what has become pay of that.</summary>
/// <param name="owner">Connection string.</param>
internal sealed class WorkedMonth(string owner, Guid tenant)
{
    /// <summary>Several batches.</summary>
    public const int People = 240;

    /// <summary>Institution code that nobody of the demonstration works for.</summary>
    private const string Employer = "1399999999";

    public Task FillAsync(string month) => TemporaryDataDirectory.ExecuteAsync(owner, $"""
        CREATE TEMP TABLE worked AS SELECT n, md5('worked' || n)::uuid AS id, '{month}-08'::date + (9 - extract(dow FROM '{month}-08'::date)::int) % 7 + time '09:00' AS begins FROM generate_series(1, {People}) n;
        INSERT INTO roster.unit (tenant_id, id, name, base_name, latitude, longitude) SELECT '{tenant}', id, '車 ' || n, '待機所', 35.6, 139.6 FROM worked;
        INSERT INTO roster.shift (tenant_id, id, unit_id, starts_at, ends_at, doctor_account_id, doctor_name, driver_account_id, driver_name, employer_name, employer_code, performs_as)
          SELECT '{tenant}', id, id, begins, begins + interval '1 hour', md5('doctor' || n)::uuid, '医師', id, '運転 ' || n, '{Employer}', '{Employer}', 'PrimaryClinic' FROM worked;
        INSERT INTO roster.attendance (tenant_id, id, shift_id, account_id, person_name, role, checked_in_at, checked_out_at, break_minutes, struck, revision)
          SELECT '{tenant}', id, id, id, '運転 ' || n, 'Driver', begins, begins + interval '1 hour', 0, false, 1 FROM worked;
        INSERT INTO roster.attendance_change (tenant_id, id, attendance_id, revision, kind, checked_in_at, checked_out_at, break_minutes, struck, by_id, by_name, at)
          SELECT '{tenant}', id, id, 1, 'Entered', begins, begins + interval '1 hour', 0, false, id, '事務局', begins FROM worked
        """);

    public async Task AssertPaidOnceAsync()
    {
        foreach (var (what, sql) in new[]
        {
            ("a sheet for everybody, and one", $"SELECT count(*) = {People} AND count(DISTINCT person_id) = {People} FROM billing.pay_sheet WHERE employer_code = '{Employer}'"),
            ("an hour and its transport on each", $"SELECT bool_and(total_yen = 2500 AND shift_count = 1) FROM billing.pay_sheet WHERE employer_code = '{Employer}'"),
            ("each line once", """
                SELECT NOT EXISTS (SELECT FROM billing.pay_sheet s WHERE lines_yen <> coalesce((
                  SELECT sum(amount_yen) FROM billing.pay_line l WHERE l.tenant_id = s.tenant_id AND l.sheet_id = s.id), 0))
                """),
            ("each shift on one sheet", "SELECT count(*) = count(DISTINCT attendance_id) FROM billing.pay_sheet_shift"),
            ("told of once", "SELECT (SELECT count(*) FROM billing.pay_event) = count(*) FROM billing.pay_sheet"),
            ("the run's own count", "SELECT computed = sheets AND sheets = (SELECT count(*) FROM billing.pay_sheet) FROM billing.pay_run"),
        })
        {
            Assert.True(await TemporaryDataDirectory.ReadAsync<bool>(owner, sql), what);
        }
    }
}
