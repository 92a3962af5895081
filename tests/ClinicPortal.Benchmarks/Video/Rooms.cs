using ClinicPortal.Benchmarks.Sites;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Npgsql;

namespace ClinicPortal.Benchmarks.Video;

/// <summary>Rooms of one association in which patient and nurse have been admitted, each with a link that was opened.</summary>
internal static class Rooms
{
    public static Guid Participant(int number) => new($"00000021-0000-8000-8000-{number:x12}");

    /// <summary>What the browser of that participant holds.</summary>
    public static string Pass(int number) => $"benchmark-visitor-{number:000000}";

    public static async Task FillAsync(Site site, int rooms, CancellationToken cancellationToken)
    {
        await using var app = NpgsqlDataSource.Create(site.Connections.App);
        await using var owner = NpgsqlDataSource.Create(site.Connections.Owner);
        var vault = new Vault(new TenantKeys(MasterKeys.Of(TestBed.MasterKey), app, TimeProvider.System));
        await using var connection = await owner.OpenConnectionAsync(cancellationToken);
        await using (var fill = new NpgsqlCommand("""
            INSERT INTO telehealth.practitioner (tenant_id, id, account_id, name, kana, institution_name, institution_code, license_number, active)
            SELECT $1, room_id, room_id, '医師', 'イシ', '診療所', '1311111111', '1', true FROM (SELECT ('00000020-0000-8000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS room_id FROM generate_series(0, $2 - 1) n) rooms
            """, connection) { Parameters = { new() { Value = SiteIds.AssociationId(0) }, new() { Value = rooms } } })
        {
            await fill.ExecuteNonQueryAsync(cancellationToken);
        }
        await using (var fill = new NpgsqlCommand("""
            INSERT INTO telehealth.appointment (tenant_id, id, number, status, service, first_visit, starts_at, ends_at, busy_until, practitioner_id, doctor_id, doctor_name, performing_name,
              performing_code, patient_id, patient_name, patient_kana, patient_birth_date, patient_sex, primary_clinic_id, primary_clinic_name, sealed_told, booked_by_id, booked_by_name,
              booked_at, admitted_at, mode)
            SELECT $1, id, 'V-' || id, 'InProgress', 'followUp', false, now(), now() + interval '15 minutes', now() + interval '20 minutes', id, id, '医師', '診療所', '1311111111',
              id, '患者', 'カンジャ', '1940-01-01', 'Female', id, '医院', convert_to('{}', 'UTF8'), id, '医院', now(), now(), 'Video' FROM telehealth.practitioner WHERE tenant_id = $1 AND id::text LIKE '00000020-%'
            """, connection) { Parameters = { new() { Value = SiteIds.AssociationId(0) } } })
        {
            await fill.ExecuteNonQueryAsync(cancellationToken);
        }
        var people = Enumerable.Range(0, rooms * 2).ToList();
        await using (var fill = new NpgsqlCommand("""
            INSERT INTO telehealth.participant (tenant_id, id, appointment_id, role, sealed_name, language, state, consented_at, consent_version, arrived_at, admitted_at)
            SELECT $1, p.id, ('00000020-0000-8000-8000-' || lpad(to_hex(p.n / 2), 12, '0'))::uuid, CASE p.n % 2 WHEN 0 THEN 'Patient' ELSE 'Nurse' END,
              convert_to('名前', 'UTF8'), 'ja', 'Admitted', now(), '1', now(), now() FROM unnest($2::uuid[], $3::int[]) AS p (id, n)
            """, connection) { Parameters = { new() { Value = SiteIds.AssociationId(0) }, new() { Value = people.Select(Participant).ToArray() }, new() { Value = people.ToArray() } } })
        {
            await fill.ExecuteNonQueryAsync(cancellationToken);
        }
        await using (var fill = new NpgsqlCommand("""
            INSERT INTO identity.visitor_link (sha256, id, tenant_id, purpose, subject_id, answer, created_at, created_by_name, expires_at, used_at, pass_sha256)
            SELECT sha256(convert_to('link ' || l.pass, 'UTF8')), l.id, $1, 'join-consultation', l.id, '\x00', now(), '', now() + interval '1 day', now(), sha256(convert_to(l.pass, 'UTF8'))
            FROM unnest($2::uuid[], $3::text[]) AS l (id, pass)
            """, connection) { Parameters = { new() { Value = SiteIds.AssociationId(0) }, new() { Value = people.Select(Participant).ToArray() }, new() { Value = people.Select(Pass).ToArray() } } })
        {
            await fill.ExecuteNonQueryAsync(cancellationToken);
        }
        await Migrator.SealAsync(connection, vault, "telehealth.appointment", "sealed_told", cancellationToken);
        await Migrator.SealAsync(connection, vault, "telehealth.participant", "sealed_name", cancellationToken);
    }
}
