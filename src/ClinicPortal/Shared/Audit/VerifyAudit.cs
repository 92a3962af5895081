using System.Diagnostics;
using System.Globalization;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Shared.Audit;

/// <summary><c>audit verify [--tenant setagaya]</c>: says on the console whether the access log is whole, and if not, where it is not.</summary>
public sealed class VerifyAudit(AuditVerifier verifier, AuditAnchors anchors, TenantDirectory tenants)
{
    /// <returns>The exit code: 0 when nothing is wrong, 1 with findings, 2 when the command was not understood.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> options, TextWriter output, CancellationToken cancellationToken)
    {
        await tenants.LoadAsync(cancellationToken);
        Guid? only = options is ["--tenant", var named] ? tenants.ByIdentifier(named)?.Id : null;
        if (options.Count > 0 && only is null)
        {
            await output.WriteLineAsync(options is ["--tenant", var unknown] ? $"There is no association {unknown}." : "usage: audit verify [--tenant <association>]");
            return 2;
        }
        var started = Stopwatch.GetTimestamp();
        var verdict = await verifier.VerifyAsync(only, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        foreach (var finding in verdict.Findings.Where(f => f.Tenant is null))
        {
            await output.WriteLineAsync($"anchors, {finding.Place}: {Said(finding.Fault)}");
        }
        foreach (var chain in verdict.Chains)
        {
            await output.WriteLineAsync(chain.Deleted is { } deleted
                ? Line($"{deleted.Identifier}: deleted with its association on {deleted.At.UtcDateTime:yyyy-MM-dd HH:mm}Z after {deleted.Links} links, signed; anchored up to {chain.LastAnchor}")
                : Line($"{Name(chain.Tenant)}: {chain.Entries} entries, {chain.Links} linked, {chain.Waiting} waiting, anchored up to {chain.LastAnchor}"));
            foreach (var finding in verdict.Findings.Where(f => f.Tenant == chain.Tenant))
            {
                await output.WriteLineAsync($"  {Where(finding)}: {Said(finding.Fault)}");
            }
        }
        await output.WriteLineAsync(Line($"{verdict.Entries} entries in {seconds:F1} s ({verdict.Entries / seconds:F0} a second)"));
        if (verdict.Anchors == 0)
        {
            await output.WriteLineAsync($"No anchors in {anchors.Directory}: a tail that was cut off cannot be found.");
        }
        await output.WriteLineAsync(verdict.Findings.Count == 0 ? "The access log is whole." : Line($"THE ACCESS LOG IS NOT WHOLE: {verdict.Findings.Count} findings."));
        return verdict.Findings.Count == 0 ? 0 : 1;
    }

    private string Name(Guid tenant) => tenants.ById(tenant)?.Identifier ?? tenant.ToString();

    private static string Where(AuditFinding finding) => string.Join(", ", new[]
    {
        finding.First is not { } first ? null : finding.Last == first ? Line($"sequence {first}") : Line($"sequence {first} to {finding.Last}"),
        finding.EntryId is { } entry ? $"entry {entry}" : null,
        finding.At is { } at ? Line($"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff}Z") : null,
        finding.Count > 1 ? Line($"{finding.Count} in all") : null,
    }.OfType<string>());

    private static string Said(AuditFault fault) => fault switch
    {
        AuditFault.EntryAltered => "the entry was changed after it was written",
        AuditFault.EntryMissing => "the entry is missing, or is named twice",
        AuditFault.EntryForged => "the entry was not written by the application",
        AuditFault.LinkAltered => "the link was changed, exchanged, or made under another key",
        AuditFault.LinkMissing => "the link is missing",
        AuditFault.UnknownKey => "the link was made under a key that is not configured here",
        AuditFault.NotLinked => "the entry is in no link: it was inserted, or its link was removed",
        AuditFault.LinkedTooLate => "the entry has waited for its link for more than a minute",
        AuditFault.DeletionForged => "the record that the association was deleted was not written by the application",
        AuditFault.DeletedWithFaults => "the chain was not whole when it was deleted with its association",
        AuditFault.TailLost => "the end of the chain was cut off; an anchor of that time knows it",
        AuditFault.AnchoredOtherwise => "an anchor knows another chain up to here",
        AuditFault.AnchorForged => "the line is not an anchor that this installation signed",
        AuditFault.PatientListDiffers => "the list of who looked at which patient has other rows than the entries",
        _ => fault.ToString(),
    };

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
