using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.NightDesk.PaperSheet;

/// <summary>What the desk needs when no screen works: open cases, duty phones, and who is under cover tonight.</summary>
/// <param name="Associations">One part an association, in the order of their names.</param>
public sealed record PaperSheet(string Night, string AsOf, IReadOnlyList<PaperAssociation> Associations);

/// <param name="Patients">Null on the sheet of cases and phones alone.</param>
public sealed record PaperAssociation(
    Guid TenantId, string Name, string NightNumber, IReadOnlyList<PaperCase> Cases, IReadOnlyList<PaperPhone> Phones, IReadOnlyList<PaperPatient>? Patients);

public sealed record PaperCase(
    Guid Id, Guid? PatientId, string Number, string Received, string Level, string Status, string Patient, string? Kana, string AgeAndSex, string? Address, string? Phone,
    string? Caller, string? Complaint, string? Clinic, string? Unit);

/// <param name="Address">With the facility.</param>
/// <param name="Physician">Whom to ask; empty when the clinic is not a member any more.</param>
/// <param name="Allergies">One text of all; empty when there are none.</param>
/// <param name="Devices">One text of all; empty when there are none.</param>
public sealed record PaperPatient(
    Guid Id, string Name, string Kana, string AgeAndSex, string Address, string? Phone, string Clinic, string Physician, string ClinicPhone, bool Dnar,
    string Allergies, string Devices);

public sealed record PaperPhone(string Label, string Number);

public sealed class PaperSheetHandler(
    CaseAccess access, Data.NightDeskContext db, IRoster roster, ICover cover, IPatients patients, IMemberClinics clinics, CurrentUser user, ITenantResolver tenants, TenantScope scope,
    CaseLabels labels, IStringLocalizer<NightDeskText> text, TimeProvider clock, ILogger<PaperSheetHandler> logger)
{
    public async Task<PaperSheet> HandleAsync(bool withPatients, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var served = scope.Tenants.Select(tenants.ById).OfType<TenantInfo>().OrderBy(t => t.Name.Ja, StringComparer.Ordinal).ToList();
        var zone = served.Count > 0 ? served[0].Zone : TimeZoneInfo.Utc;
        var night = served.Select(t => TenantCalendars.Of(t).OutOfHours.NightOf(now, t.Zone)).DefaultIfEmpty(DateOnly.FromDateTime(now.UtcDateTime)).Min();
        var cases = await access.Visible().Where(c => c.ClosedAt == null).OrderBy(c => c.ReceivedAt).AsNoTracking().ToListAsync(cancellationToken);
        var open = cases.ConvertAll(c => c.Id);
        var busy = (await db.Dispatches.AsNoTracking()
            .Where(d => open.Contains(d.CaseId) && d.State != DispatchState.Declined && d.State != DispatchState.Withdrawn)
            .ToListAsync(cancellationToken)).ToLookup(d => d.CaseId);
        var units = await roster.OnDutyAsync(now, cancellationToken);
        var covered = withPatients ? await PatientsAsync(night, cancellationToken) : null;
        var physicians = withPatients ? (await clinics.ListAsync(cancellationToken)).ToLookup(c => (c.TenantId, c.Name)) : null;
        return new PaperSheet(
            JapaneseDates.FullDay(night), JapaneseDates.DayAndTime(now, zone),
            [
                .. from tenant in served
                   let today = WallClock.Of(now, tenant.Zone).Date
                   select new PaperAssociation(
                       tenant.Id, tenant.Name.ToString(), tenant.Settings.PhoneNumbers.NightNumber,
                       [.. cases.Where(c => c.TenantId == tenant.Id).Select(c => OnPaper(c, busy[c.Id].LastOrDefault(), tenant, today))],
                       Phones(tenant, units),
                       covered?.Where(p => p.TenantId == tenant.Id).OrderBy(p => p.Kana, StringComparer.Ordinal)
                           .Select(p => OnPaper(p, physicians![(p.TenantId, p.PrimaryClinicName)].FirstOrDefault(), today)).ToList()),
            ]);
    }

    /// <summary>Each number once: a unit on duty is named with its doctor.</summary>
    private static IReadOnlyList<PaperPhone> Phones(TenantInfo tenant, IReadOnlyList<UnitOnDuty> units) =>
        [.. tenant.Settings.PhoneNumbers.DutyPhones.Select(p => new PaperPhone(p.Label, p.Number))
            .Concat(units.Where(u => u.TenantId == tenant.Id && u.UnitPhone is not null).Select(u => new PaperPhone($"{u.UnitName} {u.DoctorName}", u.UnitPhone!)))
            .GroupBy(p => p.Number, (_, same) => same.Last())];

    private PaperCase OnPaper(Case c, Dispatch? dispatch, TenantInfo tenant, DateOnly today)
    {
        var told = Told(c);
        return new(
            c.Id, c.PatientId, c.Number, JapaneseDates.Time(c.ReceivedAt, tenant.Zone), c.Level is { } level ? labels[level] : labels.NoLevel, labels[c.Status],
            c.PatientName ?? "", c.PatientKana, labels.AgeAndSex(c.PatientBirthDate, c.PatientSex, today), told?.Address, c.PatientPhone,
            string.Join(' ', new[] { told?.CallerName, told?.CallerPhone }.OfType<string>()), told is null ? text["Board.Tampered"] : told.Complaint, c.PrimaryClinicName,
            dispatch is null ? null : $"{dispatch.UnitName} {dispatch.UnitPhone}");
    }

    /// <summary>One case that was tampered with must not take the sheet away from all the others.</summary>
    private CaseTold? Told(Case c)
    {
        try
        {
            return c.Told;
        }
        catch (TamperedException tampered)
        {
            logger.LogError(tampered, "A case on the paper sheet was tampered with");
            return null;
        }
    }

    private PaperPatient OnPaper(PatientOnPaper p, MemberClinicInfo? clinic, DateOnly today) => new(
        p.Id.Value, p.Name, p.Kana, labels.AgeAndSex(p.BirthDate, p.Sex.ToString(), today), string.Join(' ', new[] { p.Address, p.FacilityName }.OfType<string>()),
        p.Phone, p.PrimaryClinicName, clinic?.DirectorName ?? "", clinic?.Phone ?? "", p.Chart.Dnar, string.Join("、", p.Chart.Allergies),
        string.Join("、", p.Chart.Devices.Select(d => $"{d.Name} {d.Size}".TrimEnd())));

    /// <summary>A clinic prints its own patients, the desk those of every clinic under cover.</summary>
    private async Task<IReadOnlyList<PatientOnPaper>> PatientsAsync(DateOnly night, CancellationToken cancellationToken)
    {
        var clinics = (await cover.ListAsync(night, clock.GetUtcNow(), cancellationToken)).Select(c => c.ClinicId);
        if (user.OrganisationKind == OrganisationKind.MemberClinic)
        {
            clinics = clinics.Where(c => c.Value == user.OrganisationId);
        }
        return await patients.OnPaperAsync([.. clinics], cancellationToken);
    }
}
