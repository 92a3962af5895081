using ClinicPortal.Modules.NightDesk.NewCall;

namespace ClinicPortal.Modules.NightDesk.IdentifyPatient;

/// <param name="Query">What was searched; null before the first search.</param>
/// <param name="MayBreakGlass">The reader may open a record that is not theirs to open, in an emergency.</param>
public sealed record IdentifyModel(Guid CaseId, string? Query, IReadOnlyList<CallerHit> Hits, bool More, bool MayBreakGlass);

/// <summary>Looks among the patients of a case's own association for the one whom it is about.</summary>
public sealed class FindPatient(CaseAccess access, FindCaller find)
{
    /// <returns>Null when there is no such case for the caller to carry, or its patient is known.</returns>
    public async Task<IdentifyModel?> HandleAsync(Guid caseId, string? query, CancellationToken cancellationToken)
    {
        if (!access.MayCarry || await access.FindAsync(caseId, cancellationToken) is not { IsOpen: true, PatientId: null } found)
        {
            return null;
        }
        var asked = string.IsNullOrWhiteSpace(query) ? null : query.Trim();
        var (hits, more) = await find.HitsAsync(asked, found.TenantId, cancellationToken);
        return new IdentifyModel(caseId, asked, hits, more, find.MayBreakGlass);
    }
}
