using System.Globalization;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Secrets;
using Npgsql;

namespace ClinicPortal.Shared.Tenancy.Closing;

/// <summary>
/// What must stand on an association's access log, signed by the application, before anything of it is deleted: the last day as it was
/// announced, and the hand-over. Whoever only writes dates into tables of the database makes nothing deleted by it.
/// </summary>
internal sealed class ClosingEvidence(AuditKeys keys, Vault vault)
{
    private const string Entries = $"""
        SELECT {AuditEntry.Columns}, mac, key_id FROM app.audit_entry WHERE tenant_id = $1 AND record_kind = '{TenantHandover.RecordKind}' ORDER BY at, id
        """;

    /// <summary>How the announcement of a last day stands on the log.</summary>
    public static string Announcement(DateOnly lastDay) => string.Create(CultureInfo.InvariantCulture, $"closes {lastDay:yyyy-MM-dd}");

    /// <param name="handover">The hand-over that was completed last.</param>
    public async Task<bool> IsThereAsync(NpgsqlConnection connection, Guid association, DateOnly lastDay, Guid handover, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Entries, connection) { Parameters = { new() { Value = association } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (announced, handedOver) = ("", false);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (StoredEntry.Read(reader, vault) is not { Entry: var entry } stored || !stored.IsSigned(keys))
            {
                continue;
            }
            // Announcing and taking back are about the association itself, the rest about hand-overs.
            announced = entry.Action == nameof(AuditAction.Changed) && entry.RecordIds.Contains(association) ? entry.Reason ?? "" : announced;
            handedOver |= entry.Action == nameof(AuditAction.Exported) && entry.RecordIds.Contains(handover);
        }
        return handedOver && announced == Announcement(lastDay);
    }
}
