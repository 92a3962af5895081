using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.AccessLog;

/// <param name="Lines">The oldest first, as people tell what happened.</param>
/// <param name="Cut">There were more than a sheet holds.</param>
public sealed record LookSheetModel(
    string Number, DateOnly IssuedOn, string ClinicName, string PatientName, DateOnly BirthDate, DateOnly From, DateOnly Until, IReadOnlyList<SheetLine> Lines, bool Cut);

/// <summary>Where an issued sheet is.</summary>
public sealed record SheetPlace(Guid PatientId, Guid SheetId);

public sealed record SheetLine(string At, string Organisation, string Role, string What, bool BreakGlass);

/// <summary>閲覧記録のご報告: what a patient who asks is told of who looked. Every sheet has a number and a reason.</summary>
public sealed class IssueLookSheet(
    PatientsDbContext db, PatientLooks looks, LookWords words, CurrentUser user, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private const int MostLines = 2_000;
    private const int LongestReason = 200;

    public async Task<Result<Guid>> IssueAsync(Guid patientId, string? from, string? until, string? reason, CancellationToken cancellationToken)
    {
        if (!MayIssue)
        {
            return Error.Forbidden("forbidden");
        }
        if (await FindAsync(patientId, cancellationToken) is not { } patient)
        {
            return Error.NotFound("patient.not-found");
        }
        var (first, last) = (ShowLooks.DayOf(from), ShowLooks.DayOf(until));
        List<Error> problems =
        [
            .. first is null ? [Error.OnField("from", "patient.not-a-date")] : Array.Empty<Error>(),
            .. last is null || last < first ? [Error.OnField("until", "looks.not-a-period")] : Array.Empty<Error>(),
            .. string.IsNullOrWhiteSpace(reason) ? [Error.OnField("reason", "required")]
                : reason.Trim().Length > LongestReason ? [Error.OnField("reason", "too-long", LongestReason)] : Array.Empty<Error>(),
        ];
        if (problems.Count > 0)
        {
            return Result<Guid>.Refused(problems);
        }
        var issue = LookSheetIssue.Of(patient, first!.Value, last!.Value, reason!.Trim(), user, clock.GetUtcNow());
        db.Add(issue);
        await db.SaveChangesAsync(cancellationToken);
        audit.Exported("access-report", [(patient.TenantId, issue.Id, patientId)], issue.Number, issue.Reason);
        return issue.Id;
    }

    /// <returns>Null when there is no such sheet of this clinic.</returns>
    public async Task<LookSheetModel?> ShowAsync(Guid patientId, Guid issueId, CancellationToken cancellationToken)
    {
        return await FindIssuedAsync(patientId, issueId, cancellationToken) is var (patient, issue) ? await ReadAsync(patient, issue, cancellationToken) : null;
    }

    /// <summary>For whoever holds a link to the sheet.</summary>
    /// <returns>Null when the sheet is not there (any more).</returns>
    public async Task<LookSheetModel?> ShowByLinkAsync(Guid issueId, CancellationToken cancellationToken) =>
        await db.LookSheets.AsNoTracking().SingleOrDefaultAsync(i => i.Id == issueId, cancellationToken) is { } issue
        && await db.Patients.AsNoTracking().SingleOrDefaultAsync(p => p.Id == issue.PatientId, cancellationToken) is { } patient
            ? await ReadAsync(patient, issue, cancellationToken) : null;

    /// <returns>Null when there is no such sheet of this clinic, or it is not the caller's to hand over.</returns>
    internal async Task<(Patient Patient, LookSheetIssue Issue)?> FindIssuedAsync(Guid patientId, Guid issueId, CancellationToken cancellationToken) =>
        MayIssue && await FindAsync(patientId, cancellationToken) is { } patient
            && await db.LookSheets.AsNoTracking().SingleOrDefaultAsync(i => i.Id == issueId && i.PatientId == patientId, cancellationToken) is { } issue
            ? (patient, issue) : null;

    private async Task<LookSheetModel> ReadAsync(Patient patient, LookSheetIssue issue, CancellationToken cancellationToken)
    {
        var zone = tenants.ById(patient.TenantId)!.Zone;
        var end = ShowLooks.StartOf(issue.Until.AddDays(1), zone);
        var found = await looks.ReadAsync(
            new LookQuery(patient.TenantId, [patient.Id], ShowLooks.StartOf(issue.From, zone), end < issue.IssuedAt ? end : issue.IssuedAt), ListCursor.End,
            MostLines + 1, cancellationToken);
        audit.Opened(patient.TenantId, "access-report", issue.Id, detail: issue.Number, patient: patient.Id);
        return new LookSheetModel(
            issue.Number, WallClock.Of(issue.IssuedAt, zone).Date, patient.PrimaryClinicName, $"{patient.FamilyName} {patient.GivenName}", patient.BirthDate,
            issue.From, issue.Until,
            [.. found.Take(MostLines).Reverse().Select(look => look.Entry).Select(entry => new SheetLine(
                ScreenDates.NearDayAndTime(entry.At, zone), entry.OrganisationName ?? "", words.Role(entry), words.What(entry), entry.BreakGlass))],
            found.Count > MostLines);
    }

    private bool MayIssue => user.Is(Roles.ClinicDoctor) || user.IsAdministrator;

    private Task<Patient?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        db.Patients.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id && p.PrimaryClinicId == user.OrganisationId, cancellationToken);
}
