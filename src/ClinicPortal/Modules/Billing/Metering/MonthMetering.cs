using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Modules.Billing.Metering;

/// <summary>
/// Writes the lines that the history of a month calls for. Done again it writes nothing; where history has changed meanwhile it writes what is missing, and
/// adjustments that refer to the lines that were wrong. Lines are found by night, so what comes late is on the next invoice.
/// </summary>
public sealed class MonthMetering(MonthHistories histories, LineWriter lines, ITenantResolver tenants, TimeProvider clock)
{
    /// <summary>To be called in the scope of the association.</summary>
    /// <param name="month">Any day of it.</param>
    /// <returns>How many lines were written.</returns>
    public async Task<int> MeterAsync(Guid tenantId, DateOnly month, CancellationToken cancellationToken)
    {
        var first = new DateOnly(month.Year, month.Month, 1);
        await RecordCallsAsync(tenantId, first, cancellationToken);
        var written = 0;
        foreach (var part in await histories.PartsAsync(first, cancellationToken))
        {
            written += await WriteAsync(tenantId, first, part, cancellationToken);
        }
        return written;
    }

    /// <summary>What comes first: calls become part of the month's history. Nobody else meters the association until the end of the transaction.</summary>
    public async Task RecordCallsAsync(Guid tenantId, DateOnly month, CancellationToken cancellationToken)
    {
        // One at a time: two would both find the same adjustment missing.
        await lines.LockAsync(tenantId, cancellationToken);
        await histories.RecordCallsAsync(tenantId, month, cancellationToken);
    }

    /// <summary>A part of the association, beside others, after its calls were recorded.</summary>
    /// <returns>How many lines were written.</returns>
    public async Task<int> MeterPartAsync(Guid tenantId, DateOnly month, ClinicRange part, CancellationToken cancellationToken)
    {
        await lines.LockPartAsync(tenantId, cancellationToken);
        return await WriteAsync(tenantId, month, part, cancellationToken);
    }

    private async Task<int> WriteAsync(Guid tenantId, DateOnly month, ClinicRange part, CancellationToken cancellationToken)
    {
        var tenant = tenants.ById(tenantId) ?? throw new InvalidOperationException($"There is no association {tenantId}.");
        // Before the history: of a visit that is reported meanwhile there must not be the line without what it is for.
        var written = await lines.OfMonthAsync(month, part, cancellationToken);
        var history = await histories.ReadAsync(tenantId, month, part, cancellationToken);
        var now = clock.GetUtcNow();
        var over = TenantCalendars.Of(tenant).OutOfHours.NightOf(now, tenant.Zone) > history.LastDay;
        var wanted = MonthPricing.Recompute(history, tenant.Document.Prices, over);
        return await lines.WriteAsync(tenantId, Difference(wanted, written, now), cancellationToken);
    }

    /// <summary>What has to be written so that what is written comes to what is wanted.</summary>
    public static IReadOnlyList<MeteredLine> Difference(IReadOnlyList<MeteredLine> wanted, IReadOnlyList<WrittenLine> written, DateTimeOffset now)
    {
        var adjustments = written.Where(l => l.AdjustsLineId is not null).ToLookup(l => l.AdjustsLineId!.Value);
        var known = written.Where(l => l.AdjustsLineId is null).ToDictionary(l => l.Key);
        var missing = new List<MeteredLine>();
        foreach (var line in wanted)
        {
            if (!known.Remove((line.SourceKind, line.SourceId, line.Kind), out var there))
            {
                missing.Add(line);
            }
            else if (Adjustment(there, line.Yen, "recomputed") is { } adjustment)
            {
                missing.Add(adjustment);
            }
        }
        missing.AddRange(known.Values.Select(there => Adjustment(there, 0, "gone")).OfType<MeteredLine>());
        return missing;

        MeteredLine? Adjustment(WrittenLine line, int yen, string reason)
        {
            var before = adjustments[line.Id].ToList();
            var difference = yen - line.Yen - before.Sum(a => a.Yen);
            return difference == 0 ? null : new MeteredLine(
                line.ClinicId, line.ClinicName, line.Night, InvoiceLineKind.Adjustment, LineSource.Line, StableId.Of("adjustment", $"{line.Id}", $"{before.Count}"), line.Plan,
                difference, line.Tax, now)
            {
                CaseNumber = line.CaseNumber,
                AdjustsLineId = line.Id,
                Reason = reason,
            };
        }
    }
}
