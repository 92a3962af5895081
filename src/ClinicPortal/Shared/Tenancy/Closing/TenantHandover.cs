using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using Npgsql;

namespace ClinicPortal.Shared.Tenancy.Closing;

/// <param name="Files">Null until the last byte was sent.</param>
public sealed record HandoverRow(Guid Id, string AccountName, DateTimeOffset RequestedAt, DateTimeOffset? CompletedAt, int? Files, long? Bytes, string? ManifestSha256);

/// <summary>Hands everything of an association over to its secretariat: asked for with a confirmation, then sent as one ZIP file.</summary>
public sealed class TenantHandover(IServiceScopeFactory scopes, PortalSession session, CurrentUser user, TimeProvider clock)
{
    public const string RecordKind = "association";

    /// <summary>What was confirmed is fetched by who confirmed it, soon after.</summary>
    public static readonly TimeSpan ConfirmedFor = TimeSpan.FromMinutes(15);

    public async Task<Guid> AskAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var insert = new NpgsqlCommand(
            "INSERT INTO app.tenant_handover (tenant_id, id, account_id, account_name, requested_at) VALUES ($1, $2, $3, $4, $5)",
            await session.ConnectionAsync(cancellationToken))
        {
            Parameters = { new() { Value = tenantId }, new() { Value = id }, new() { Value = user.Id }, new() { Value = user.Name }, new() { Value = now } },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
        return id;
    }

    public async Task<IReadOnlyList<HandoverRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT id, account_name, requested_at, completed_at, files, bytes, manifest_sha256 FROM app.tenant_handover ORDER BY requested_at DESC",
            await session.ConnectionAsync(cancellationToken));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<HandoverRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new HandoverRow(
                reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
                reader.IsDBNull(4) ? null : reader.GetInt32(4), reader.IsDBNull(5) ? null : reader.GetInt64(5), reader.IsDBNull(6) ? null : reader.GetString(6)));
        }
        return rows;
    }

    /// <summary>Whether the caller confirmed this one a moment ago, and it was not sent yet.</summary>
    public async Task<bool> IsMineAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT EXISTS (SELECT 1 FROM app.tenant_handover WHERE id = $1 AND account_id = $2 AND requested_at > $3 AND completed_at IS NULL)",
            await session.ConnectionAsync(cancellationToken))
        {
            Parameters = { new() { Value = id }, new() { Value = user.Id }, new() { Value = clock.GetUtcNow() - ConfirmedFor } },
        };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Reads in a session of its own: the request's is committed, with its entry in the access log, before the first byte.</summary>
    public async Task SendAsync(TenantInfo tenant, Guid id, Stream output, CancellationToken cancellationToken)
    {
        await using var services = scopes.CreateAsyncScope();
        var reading = await services.ServiceProvider.ActAsync(user, [new TenantId(tenant.Id)], cancellationToken);
        var now = clock.GetUtcNow();
        string manifest;
        IReadOnlyList<ArchivedFile> files;
        await using (var archive = await TenantArchive.CreateAsync(output, now, cancellationToken))
        {
            var parts = services.ServiceProvider.GetServices<ITenantPart>().ToList();
            foreach (var part in parts)
            {
                await part.WriteAsync(archive, tenant, cancellationToken);
            }
            manifest = await archive.AddManifestAsync(tenant, user.Name, parts.SelectMany(part => part.LeftOut).ToDictionary(), cancellationToken);
            files = archive.Files;
        }
        await output.FlushAsync(cancellationToken);
        await using (var done = new NpgsqlCommand(
            "UPDATE app.tenant_handover SET completed_at = $2, files = $3, bytes = $4, manifest_sha256 = $5 WHERE id = $1", await reading.ConnectionAsync(cancellationToken))
        {
            Parameters =
            {
                new() { Value = id }, new() { Value = clock.GetUtcNow() }, new() { Value = files.Count }, new() { Value = files.Sum(f => f.Bytes) }, new() { Value = manifest },
            },
        })
        {
            await done.ExecuteNonQueryAsync(cancellationToken);
        }
        await reading.CommitAsync(cancellationToken);
    }
}
