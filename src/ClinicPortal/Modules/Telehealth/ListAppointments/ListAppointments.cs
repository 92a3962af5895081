using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.JoinWaitingList;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.ListAppointments;

/// <param name="OnOffer">Held for somebody of the waiting list, who has not answered.</param>
/// <param name="Service">As people call it.</param>
public sealed record AppointmentRow(Appointment Appointment, TenantInfo Tenant, string Service, bool OnOffer)
{
    public DateOnly Day => WallClock.Of(Appointment.StartsAt, Tenant.Zone).Date;
}

public sealed record WaitingRow(WaitingEntry Entry, TenantInfo Tenant, string Service);

/// <param name="Past">What is over instead of what is to come.</param>
/// <param name="Topics">What the list follows.</param>
public sealed record AppointmentsModel(
    bool Past, IReadOnlyList<AppointmentRow> Rows, IReadOnlyList<WaitingRow> Waiting, IReadOnlyList<string> Topics, bool MayManage, bool SetsHours, DateOnly Today)
{
    /// <summary>What the clinic has not confirmed.</summary>
    public IEnumerable<AppointmentRow> Proposed => Rows.Where(r => r.Appointment.Status == AppointmentStatus.Proposed && !r.OnOffer);

    public IEnumerable<IGrouping<DateOnly, AppointmentRow>> ByDay => Rows.Where(r => r.Appointment.Status != AppointmentStatus.Proposed || r.OnOffer).GroupBy(r => r.Day);
}

/// <summary>オンライン診療の予約: what concerns the caller, the next one first.</summary>
public sealed class ListAppointmentsHandler(
    TelehealthContext db, CurrentUser user, AppointmentAccess access, JoinWaitingListHandler waiting, AuditTrail audit, ITenantResolver tenants, TenantScope scope, TimeProvider clock)
{
    private const int Limit = 200;
    private static readonly TimeSpan StillShown = TimeSpan.FromHours(12);
    private static readonly TimeSpan PastShown = TimeSpan.FromDays(60);

    /// <param name="refresh">The list re-reads itself because something changed.</param>
    public async Task<AppointmentsModel> HandleAsync(bool past, bool refresh, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (since, oldest) = (now - StillShown, now - PastShown);
        var rows = await (past
            ? access.Visible().Where(a => a.StartsAt <= now && a.StartsAt > oldest || a.Status == AppointmentStatus.Cancelled && a.EndedAt > oldest).OrderByDescending(a => a.StartsAt)
            : access.Visible().Where(a => a.EndsAt > since && a.Status != AppointmentStatus.Cancelled && a.Status != AppointmentStatus.NoShow && a.Status != AppointmentStatus.Fulfilled)
                .OrderBy(a => a.StartsAt))
            .AsNoTracking().Take(Limit).ToListAsync(cancellationToken);
        var ids = rows.ConvertAll(a => a.Id);
        var onOffer = (await db.Offers.AsNoTracking().Where(o => ids.Contains(o.AppointmentId) && o.State == OfferState.Open).Select(o => o.AppointmentId)
            .ToListAsync(cancellationToken)).ToHashSet();
        var entries = past ? [] : await waiting.Visible().AsNoTracking().Where(e => e.State == WaitingState.Waiting || e.State == WaitingState.Offered)
            .OrderBy(e => e.CreatedAt).Take(Limit).ToListAsync(cancellationToken);
        audit.Listed("appointment", rows.Select(a => (a.TenantId, a.Id, (Guid?)a.PatientId)), refresh);
        if (entries.Count > 0)
        {
            audit.Listed("waiting-entry", entries.Select(e => (e.TenantId, e.Id, (Guid?)e.PatientId)), refresh);
        }
        return new AppointmentsModel(
            past, [.. rows.Select(a => new AppointmentRow(a, tenants.ById(a.TenantId)!, Service(a.TenantId, a.Service), onOffer.Contains(a.Id)))],
            [.. entries.Select(e => new WaitingRow(e, tenants.ById(e.TenantId)!, Service(e.TenantId, e.Service)))], [.. Topics()],
            user.Is(Roles.ClinicDoctor, Roles.ClinicStaff), user.Is(AvailabilityAccess.Writers),
            WallClock.Of(now, scope.Tenants.Select(tenants.ById).OfType<TenantInfo>().FirstOrDefault()?.Zone ?? TimeZoneInfo.Utc).Date);
    }

    private IEnumerable<string> Topics()
    {
        if (user.OrganisationId is { } organisation && user.Is(Roles.ClinicDoctor, Roles.ClinicStaff))
        {
            yield return AppointmentNews.ClinicTopic(organisation);
        }
        if (user.Is(Roles.ClinicDoctor, Roles.NightDoctor))
        {
            yield return AppointmentNews.DoctorTopic(user.Id);
        }
        if (user.Is(Roles.FacilityStaff) && user.OrganisationId is { } facility)
        {
            yield return AppointmentNews.FacilityTopic(facility);
        }
        if (user.Is(Roles.DeskOperator))
        {
            foreach (var tenant in scope.Tenants)
            {
                yield return AppointmentNews.DeskTopic(tenant);
            }
        }
    }

    private string Service(Guid tenant, string code) => tenants.ById(tenant)?.Settings.OnlineConsultation?.ServiceNamed(code)?.Label.ToString() ?? code;
}
