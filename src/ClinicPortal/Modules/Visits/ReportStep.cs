using ClinicPortal.Modules.Visits.Contracts;
using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Visits;

/// <summary>What somebody did with a report, as durable work carries it to the night desk: ids and a role, no names.</summary>
/// <param name="Actor">Account of the person.</param>
/// <param name="Role">In which the person did it.</param>
internal sealed record ReportStep(ReportId Report, Guid Actor, string Role)
{
    public static ReportStep By(CurrentUser user, Guid report) => new(new ReportId(report), user.Id, user.Role);
}
