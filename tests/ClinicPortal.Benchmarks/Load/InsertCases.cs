using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Benchmarks.Sites;
using ClinicPortal.Shared.Secrets;
using Npgsql;

namespace ClinicPortal.Benchmarks.Load;

/// <summary>
/// The floor of opening a case: hand-written SQL that leaves the same rows as safely on disk – case, first event, entry of the access log
/// and its place in the queue of those to be chained, idempotency record, number – as the restricted role with its scope set, prepared, in one round trip. There is nothing to take away:
/// without the scope row-level security refuses the rows, each row is promised to somebody, one round trip and one wait for the
/// disk are the fewest that a durable answer can have, and the values are ready, neither read nor checked. The number is drawn as
/// the portal draws it, in a transaction that does not wait for the disk; inside the case's own it would hold up all other
/// cases of the association until its commit is on disk, which is slower. Calling the database from here spares HTTP and JSON, too.
/// </summary>
internal sealed record InsertCases(string ConnectionString, SiteShape Site, int Clients, double Seconds) : LoadPlan
{
    public override async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        var keys = new TenantKeys(MasterKeys.Of(TestBed.MasterKey), source, TimeProvider.System);
        await keys.LoadAsync([.. Enumerable.Range(0, Site.Associations).Select(SiteIds.AssociationId)], cancellationToken);
        var vault = new Vault(keys);
        return await Load.Clients.RunAsync(Clients, Seconds, async client =>
        {
            var connection = await source.OpenConnectionAsync(cancellationToken);
            var inserts = new Client(Site, vault, connection, new Random(client));
            await inserts.PrepareAsync(cancellationToken);
            return inserts;
        }, cancellationToken);
    }

    private sealed class Client : IClient
    {
        private static readonly byte[] Opened = "{\"channel\":\"Phone\",\"caller\":\"Family\"}"u8.ToArray();

        private readonly SiteShape site;
        private readonly Vault vault;
        private readonly NpgsqlConnection connection;
        private readonly Random random;
        private readonly NpgsqlBatch batch;
        private readonly Slot<string> scope = new();
        private readonly Slot<Guid> association = new();
        private readonly Slot<Guid> caseId = new();
        private readonly Slot<Guid> patient = new();
        private readonly Slot<Guid> eventId = new();
        private readonly Slot<Guid> entryId = new();
        private readonly Slot<DateTimeOffset> now = new();
        private readonly Slot<DateOnly> night = new();
        private readonly Slot<Guid> actor = new() { Value = Guid.CreateVersion7() };
        private readonly Slot<string> key = new();
        private readonly Slot<byte[]> sha256 = new() { Value = Secrets.Sha256("the request") };
        private readonly Slot<byte[]> told = new();
        private readonly Slot<byte[]> details = new();
        private readonly Slot<byte[]> mac = new() { Value = new byte[HMACSHA256.HashSizeInBytes] };
        private readonly Slot<string> receipt = new();

        public Client(SiteShape site, Vault vault, NpgsqlConnection connection, Random random)
        {
            (this.site, this.vault, this.connection, this.random) = (site, vault, connection, random);
            batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    Command("BEGIN"),
                    Command("SELECT set_config('app.tenants', $1, true), set_config('synchronous_commit', 'off', true)", scope),
                    Command("""
                        WITH drawn AS (
                          INSERT INTO nightdesk.night_counter AS c (tenant_id, night, last) VALUES ($1, $2, 1)
                          ON CONFLICT (tenant_id, night) DO UPDATE SET last = c.last + 1 RETURNING last)
                        SELECT set_config('benchmark.number', 'SG-261122-' || to_char(last, 'FM000000'), false) FROM drawn
                        """, association, night),
                    Command("COMMIT"),
                    Command("SELECT set_config('app.tenants', $1, true)", scope),
                    Command("""
                        INSERT INTO nightdesk.case (tenant_id, id, number, night, status, channel, received_at, opened_by_id, opened_by_name, caller_kind,
                          sealed_told, patient_id, patient_name, patient_kana, patient_birth_date, patient_sex, patient_phone,
                          primary_clinic_id, primary_clinic_name, covered)
                        VALUES ($1, $2, current_setting('benchmark.number'), $3, 'Received', 'Phone', $4, $5, '受付 一郎', 'Family', $6,
                          $7, '前田 節子', 'マエダ セツコ', '1936-09-14', 'Female', '03-5555-5204',
                          $2, '成城みどり坂クリニック', true)
                        """, association, caseId, night, now, actor, told, patient),
                    Command("""
                        INSERT INTO nightdesk.case_event (tenant_id, id, case_id, at, kind, actor_id, actor_name, actor_role, sealed_details)
                        VALUES ($1, $2, $3, $4, 'Opened', $5, '受付 一郎', 'desk-operator', $6)
                        """, association, eventId, caseId, now, actor, details),
                    Command("""
                        INSERT INTO app.audit_entry (tenant_id, id, at, actor_id, actor_name, role, organisation_id, organisation_name, session_id, request_id,
                          action, record_kind, record_ids, patient_ids, origin, mac, key_id)
                        VALUES ($1, $2, $3, $4, '受付 一郎', 'desk-operator', $4, '世田谷区医師会 夜間受付', $4, '0HNH3ACHIGI0B:00000001',
                          'Changed', 'case', ARRAY[$5], ARRAY[$6], '127.0.0.1', $7, 'benchmark')
                        """, association, entryId, now, actor, caseId, patient, mac),
                    Command("INSERT INTO app.audit_unlinked (tenant_id, at, entry_id) VALUES ($1, $2, $3)", association, now, entryId),
                    Command("""
                        INSERT INTO app.idempotency (owner, key, request_sha256, status, location, receipt, created_at)
                        VALUES ($1, $2, $3, 201, '/api/v1/cases/' || $4::text, $5::json, $6)
                        """, actor, key, sha256, caseId, receipt, now),
                },
            };
        }

        public Task PrepareAsync(CancellationToken cancellationToken)
        {
            Fill();
            return batch.PrepareAsync(cancellationToken);
        }

        public async ValueTask<string?> AskAsync(CancellationToken cancellationToken)
        {
            Fill();
            await batch.ExecuteNonQueryAsync(cancellationToken);
            return null;
        }

        public async ValueTask DisposeAsync()
        {
            await batch.DisposeAsync();
            await connection.DisposeAsync();
        }

        private void Fill()
        {
            var number = random.Next(site.Associations);
            now.Value = TimeProvider.System.GetUtcNow();
            night.Value = DateOnly.FromDateTime(now.Value.DateTime);
            association.Value = SiteIds.AssociationId(number);
            scope.Value = $"{association.Value}";
            caseId.Value = Guid.CreateVersion7(now.Value);
            eventId.Value = Guid.CreateVersion7(now.Value);
            entryId.Value = Guid.CreateVersion7(now.Value);
            // As the portal seals them, which meets them on its board and its paper sheet.
            told.Value = vault.Close("nightdesk.case.sealed_told", association.Value, caseId.Value, Told);
            details.Value = vault.Close("nightdesk.case_event.sealed_details", association.Value, eventId.Value, Opened);
            patient.Value = SiteIds.Patient(number, random.Next(site.PatientsEach));
            key.Value = Guid.NewGuid().ToString("N");
            receipt.Value = $$"""
                {"id":"{{caseId.Value}}","number":"SG-261122-000001","association":"association-0000","status":"received","receivedAt":"{{now.Value:O}}"}
                """;
        }

        private static byte[] Told { get; } = Encoding.UTF8.GetBytes($$"""
            {"callerName":"{{CaseRequest.CallerName}}","callerPhone":"{{CaseRequest.CallerPhone}}","complaint":"{{CaseRequest.Complaint}}",
            "address":"世田谷区成城七丁目10-15","latitude":35.647448,"longitude":139.599267,"expectedDeath":false}
            """);

        private static NpgsqlBatchCommand Command(string sql, params ISlot[] slots)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var slot in slots)
            {
                command.Parameters.Add(slot.NewParameter());
            }
            return command;
        }
    }

    private interface ISlot
    {
        NpgsqlParameter NewParameter();
    }

    /// <summary>One value that several commands of the batch need; a parameter can belong to one command only.</summary>
    private sealed class Slot<T> : ISlot
    {
        private readonly List<NpgsqlParameter<T>> parameters = [];
        private T? current;

        public T? Value
        {
            get => current;
            set
            {
                current = value;
                parameters.ForEach(p => p.TypedValue = value);
            }
        }

        public NpgsqlParameter NewParameter()
        {
            var parameter = new NpgsqlParameter<T> { TypedValue = current };
            parameters.Add(parameter);
            return parameter;
        }
    }
}
