using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Notifications.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Telehealth.SendMessages;

/// <summary>What a clinic or facility is written about an appointment.</summary>
public enum OrganisationNews
{
    /// <summary>To the clinics: a patient, family or facility asks for a time, and somebody has to say yes.</summary>
    Asked,
    Booked,

    /// <summary>The clinic proposes another time than was asked for.</summary>
    OtherTime,

    /// <summary>To the clinics: the time that they proposed is taken.</summary>
    Agreed,

    /// <summary>To the clinics: the time that they proposed is not taken.</summary>
    Refused,
    Moved,

    /// <summary>To the clinics: patient, family or facility chose another time.</summary>
    MovedByPatient,

    /// <summary>To the clinics: another one sees the patient, because the first is no member any more.</summary>
    HandedOver,
    Cancelled,

    /// <summary>To the clinics: called off because one is no member any more.</summary>
    ClinicOutside,

    /// <summary>As before, and nothing reaches the patient but a call.</summary>
    ClinicOutsideCall,
}

/// <param name="IsFacility">The resident's home; a clinic otherwise.</param>
/// <param name="Sequence">Of the appointment, as the news were: what has changed since is told anew.</param>
internal sealed record OrganisationLetter(Guid Appointment, OrganisationNews News, int Sequence, Guid Organisation, bool IsFacility);

/// <summary>Mails to the people of the clinics and the facility that an appointment concerns. Who is seen and why, they read where they sign in.</summary>
public sealed class OrganisationMails(PortalSession session, TimeProvider clock)
{
    /// <summary>The patient's clinic, and the one that performs.</summary>
    /// <param name="former">The one that performed before.</param>
    public void TellClinics(Appointment about, OrganisationNews news, Guid? former = null)
    {
        foreach (var clinic in new[] { about.PrimaryClinicId, about.PerformingClinicId, former }.OfType<Guid>().Distinct())
        {
            Tell(about, news, clinic, isFacility: false);
        }
    }

    /// <summary>Where the patient lives in one: somebody there prepares for it.</summary>
    public void TellFacility(Appointment about, OrganisationNews news)
    {
        if (about.FacilityId is { } facility)
        {
            Tell(about, news, facility, isFacility: true);
        }
    }

    private void Tell(Appointment about, OrganisationNews news, Guid organisation, bool isFacility) => session.Enqueue(WorkItem.For(
        TellOrganisation.Kind, new TenantId(about.TenantId), new OrganisationLetter(about.Id, news, about.Sequence, organisation, isFacility),
        $"{TellOrganisation.Kind}:{about.Id}:{news}:{about.Sequence}:{organisation}", clock.GetUtcNow()));
}

/// <summary>Writes one such mail, to each person of the organisation who books.</summary>
internal sealed class TellOrganisation(
    TelehealthContext db, IOrganisationPeople people, IMailGateway mails, IPortalAddresses addresses, ITenantResolver tenants, IStringLocalizer<BookingText> text) : IWorkHandler
{
    public static string Kind => "telehealth.tell-organisation";

    public static bool IsSlow => true;

    public async Task HandleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var letter = item.Read<OrganisationLetter>();
        if (await db.Appointments.AsNoTracking().SingleOrDefaultAsync(a => a.Id == letter.Appointment, cancellationToken) is not { } appointment || IsOld(letter, appointment))
        {
            return;
        }
        var tenant = tenants.ById(appointment.TenantId)!;
        var (subject, body) = BothLanguages.Of(() => Words(letter, appointment, tenant));
        foreach (var address in await AddressesAsync(letter, cancellationToken))
        {
            await mails.SendAsync(new Mail(address, subject, body, StableId.Of(Kind, $"{item.Id}", address)), cancellationToken);
        }
    }

    /// <summary>It has been answered, moved or called off since: that has news of its own.</summary>
    private static bool IsOld(OrganisationLetter letter, Appointment appointment) => appointment.Sequence != letter.Sequence || letter.News switch
    {
        OrganisationNews.Asked or OrganisationNews.OtherTime => appointment.Status != AppointmentStatus.Proposed,
        OrganisationNews.Cancelled or OrganisationNews.Refused or OrganisationNews.ClinicOutside or OrganisationNews.ClinicOutsideCall => appointment.Status != AppointmentStatus.Cancelled,
        _ => !appointment.IsOpen,
    };

    private async Task<IReadOnlyList<string>> AddressesAsync(OrganisationLetter letter, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var role in letter.IsFacility ? [Roles.FacilityStaff] : new[] { Roles.ClinicDoctor, Roles.ClinicStaff })
        {
            found.AddRange(await people.MailAddressesAsync(letter.Organisation, role, cancellationToken));
        }
        return [.. found.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private (string Subject, string Text) Words(OrganisationLetter letter, Appointment about, TenantInfo tenant)
    {
        return (
            text[$"OrganisationMail.{letter.News}.Subject", tenant.Name.ToString()],
            text[$"OrganisationMail.{letter.News}", ScreenDates.NearDayAndTime(about.StartsAt, tenant.Zone), about.Number, about.PerformingName,
                $"{addresses.InMails(tenant.Identifier)}/appointments/{about.Id}"]);
    }
}
