using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.JoinConsultation;

/// <param name="Version">Of the rules that were on the page.</param>
public sealed record Introduction(string? Name, string? Language, bool Agrees, string? Version);

/// <summary>A guest says who they are and agrees to the association's rules for guests, before anything else.</summary>
public sealed class IntroduceGuest(TelehealthContext db, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    private const int MaxName = 60;

    public async Task<Result<string>> HandleAsync(Guid participantId, Introduction said, CancellationToken cancellationToken)
    {
        if (await db.Participants.SingleOrDefaultAsync(p => p.Id == participantId, cancellationToken) is not { AccountId: null, State: not ParticipantState.Removed } self
            || self.Role == ParticipantRole.Patient || tenants.ById(self.TenantId)?.Settings.OnlineConsultation is not { } settings
            || await db.Appointments.SingleOrDefaultAsync(a => a.TenantId == self.TenantId && a.Id == self.AppointmentId, cancellationToken) is not { IsOpen: true } appointment)
        {
            return Error.NotFound("appointment.not-found");
        }
        if (said.Name is not { Length: <= MaxName } name)
        {
            return Error.OnField("name", said.Name is null ? "required" : "room.name-too-long");
        }
        if (!said.Agrees)
        {
            return Error.OnField("agrees", "room.must-agree");
        }
        if (said.Version != settings.GuestRules.Version)
        {
            return Error.Conflict("room.rules-changed");
        }
        var language = said.Language == "en" ? "en" : "ja";
        self.Introduce(name);
        self.Speak(language);
        self.Consent(settings.GuestRules.Version, clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(self.TenantId, "participant", self.Id, $"agreed to {settings.GuestRules.Version}", patient: appointment.PatientId);
        return language;
    }
}
