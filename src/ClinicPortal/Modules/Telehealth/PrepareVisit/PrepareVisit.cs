using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Modules.Telehealth.HoldConsultation;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.PrepareVisit;

/// <param name="Step">What the patient is asked next; null when nothing is left.</param>
/// <param name="Number">Of the step, from 1.</param>
/// <param name="Of">How many steps there are for this appointment.</param>
/// <param name="IsOver">The consultation is over or was called off.</param>
/// <param name="Plan">In force on the day: the one that is consented to.</param>
/// <param name="Guests">Who is invited besides.</param>
public sealed record Preparation(
    Appointment Appointment, Participant Self, TenantInfo Tenant, OnlineConsultationSettings Settings, Practitioner Doctor, Gate? Step, int Number, int Of, bool IsOver,
    CarePlan? Plan, IReadOnlyList<Participant> Guests)
{
    public string Phone => Tenant.Settings.PhoneNumbers.NightNumber;
}

/// <param name="Name">Of who agrees.</param>
/// <param name="Relation">To the patient; null for the patient.</param>
/// <param name="Version">Of the text that was shown.</param>
public sealed record GivenConsent(bool Agrees, string? Name, string? Relation, bool IsFamily, string? Version);

/// <summary>What patient or family do before the doctor comes, one page per step, by the link to their consultation. Guests do not come here.</summary>
public sealed class PrepareVisit(
    TelehealthContext db, GateCheck check, RecordGate record, MoveConsultation move, AuditTrail audit, ITenantResolver tenants, TimeProvider clock)
{
    /// <returns>Null when the pass is not a patient's, or there is no such consultation any more.</returns>
    public async Task<Preparation?> ShowAsync(VisitorPass pass, CancellationToken cancellationToken)
    {
        if (await FindAsync(pass, cancellationToken) is not var (self, appointment)
            || tenants.ById(self.TenantId) is not { Settings.OnlineConsultation: { } settings } tenant)
        {
            return null;
        }
        await MeetIdentityAsync(pass, self, appointment, cancellationToken);
        var doctor = await db.Practitioners.SingleAsync(p => p.TenantId == self.TenantId && p.Id == appointment.PractitionerId, cancellationToken);
        var left = appointment.IsOpen ? await check.ForPatientAsync(appointment, cancellationToken) : [];
        var steps = GateRules.OfThePatient.Where(GateCheck.Required(settings, appointment.Service).Contains).ToList();
        Gate? step = left.Count > 0 ? left[0] : null;
        audit.Opened(self.TenantId, "appointment", appointment.Id, detail: "prepare", patient: appointment.PatientId);
        var guests = await db.Participants.AsNoTracking().Where(p => p.TenantId == self.TenantId && p.AppointmentId == appointment.Id
            && p.Role != ParticipantRole.Patient && p.Role != ParticipantRole.Doctor && p.State != ParticipantState.Removed).OrderBy(p => p.Id).ToListAsync(cancellationToken);
        return new Preparation(
            appointment, self, tenant, settings, doctor, step, step is { } at ? steps.IndexOf(at) + 1 : steps.Count, steps.Count, !appointment.IsOpen,
            await check.PlanOfAsync(appointment, cancellationToken), guests);
    }

    /// <summary>Name, institution and licence were shown, and whoever holds the link says so.</summary>
    public async Task<Result<Guid>> ConfirmDoctorAsync(VisitorPass pass, CancellationToken cancellationToken)
    {
        if (await FindAsync(pass, cancellationToken) is not var (self, appointment) || !appointment.IsOpen)
        {
            return Error.NotFound("appointment.not-found");
        }
        var doctor = await db.Practitioners.SingleAsync(p => p.TenantId == self.TenantId && p.Id == appointment.PractitionerId, cancellationToken);
        if (await IsOpenAsync(appointment, Gate.DoctorIdentity, cancellationToken))
        {
            record.Add(appointment, Gate.DoctorIdentity, GateOutcome.Met, null, new GateEvidence
            {
                Way = GateWay.Screen,
                Shown = $"{doctor.Name} / {doctor.InstitutionName}({doctor.InstitutionCode}) / 医籍登録番号 {doctor.LicenseNumber}",
                Link = pass.LinkId,
            });
            await db.SaveChangesAsync(cancellationToken);
        }
        return appointment.Id;
    }

    public async Task<Result<Guid>> ConsentAsync(VisitorPass pass, GivenConsent given, CancellationToken cancellationToken)
    {
        if (await FindAsync(pass, cancellationToken) is not var (self, appointment) || !appointment.IsOpen)
        {
            return Error.NotFound("appointment.not-found");
        }
        if (tenants.ById(self.TenantId)?.Settings.OnlineConsultation?.Consent is not { } consent || given.Version != consent.Version)
        {
            return Error.Conflict("prepare.text-changed");
        }
        List<Error> problems = [];
        if (!given.Agrees)
        {
            problems.Add(Error.OnField("agrees", "prepare.consent-needed"));
        }
        if (given.Name is null)
        {
            problems.Add(Error.OnField("name", "required"));
        }
        if (given is { IsFamily: true, Relation: null })
        {
            problems.Add(Error.OnField("relation", "required"));
        }
        if (problems.Count > 0)
        {
            return Result<Guid>.Refused(problems);
        }
        if (await IsOpenAsync(appointment, Gate.Consent, cancellationToken))
        {
            record.Add(appointment, Gate.Consent, GateOutcome.Met, consent.Version, new GateEvidence
            {
                Way = GateWay.Screen,
                Who = given.Name,
                Relation = given.IsFamily ? given.Relation : null,
                Sha256 = Sha256(consent.Text.ToString()),
                Plan = (await check.PlanOfAsync(appointment, cancellationToken))?.Number,
                Language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName,
                Link = pass.LinkId,
            });
            self.Consent(consent.Version, clock.GetUtcNow());
            await db.SaveChangesAsync(cancellationToken);
        }
        return appointment.Id;
    }

    /// <summary>A consent can be taken back at any time before the consultation is over; it then does not begin, or does not go on.</summary>
    public async Task<Result<Guid>> WithdrawAsync(VisitorPass pass, CancellationToken cancellationToken)
    {
        if (await FindAsync(pass, cancellationToken) is not var (_, appointment) || !appointment.IsOpen)
        {
            return Error.NotFound("appointment.not-found");
        }
        if (!await IsOpenAsync(appointment, Gate.Consent, cancellationToken))
        {
            record.Add(appointment, Gate.Consent, GateOutcome.Reopened, null, new GateEvidence { Way = GateWay.Screen, Reason = "患者・家族が同意を取り消した", Link = pass.LinkId });
            if (appointment is { Status: AppointmentStatus.InProgress, Mode: ConsultationMode.Video })
            {
                await move.SendBackAsync(appointment, cancellationToken);
            }
            await db.SaveChangesAsync(cancellationToken);
        }
        return appointment.Id;
    }

    /// <param name="answer">What was typed for a question's code.</param>
    public async Task<Result<Guid>> AnswerAsync(VisitorPass pass, string? version, Func<string, string?> answer, CancellationToken cancellationToken)
    {
        if (await FindAsync(pass, cancellationToken) is not var (self, appointment) || !appointment.IsOpen
            || tenants.ById(self.TenantId)!.Settings.OnlineConsultation?.ServiceNamed(appointment.Service) is not { Questionnaire: var asked })
        {
            return Error.NotFound("appointment.not-found");
        }
        if (version != asked.Version)
        {
            return Error.Conflict("prepare.text-changed");
        }
        var (answers, problems) = QuestionnaireAnswers.Read(asked, answer);
        if (problems.Count > 0)
        {
            return Result<Guid>.Refused(problems);
        }
        if (await IsOpenAsync(appointment, Gate.Questionnaire, cancellationToken))
        {
            record.Add(appointment, Gate.Questionnaire, GateOutcome.Met, asked.Version, new GateEvidence { Way = GateWay.Screen, Answers = answers, Link = pass.LinkId });
            await db.SaveChangesAsync(cancellationToken);
        }
        return appointment.Id;
    }

    public async Task<Result<Guid>> UploadAsync(VisitorPass pass, byte[] file, CancellationToken cancellationToken)
    {
        if (await FindAsync(pass, cancellationToken) is not var (_, appointment) || !appointment.IsOpen)
        {
            return Error.NotFound("appointment.not-found");
        }
        if (!await IsOpenAsync(appointment, Gate.PatientDocument, cancellationToken))
        {
            return appointment.Id;
        }
        var photo = IdentityDocument.Upload(appointment, file, clock.GetUtcNow());
        if (!photo.Succeeded)
        {
            return Result<Guid>.Refused(photo.Errors);
        }
        db.Documents.RemoveRange(await db.Documents.Where(d => d.TenantId == appointment.TenantId && d.AppointmentId == appointment.Id).ToListAsync(cancellationToken));
        db.Documents.Add(photo.Value);
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(appointment.TenantId, "appointment", appointment.Id, "identity document sent", patient: appointment.PatientId);
        return appointment.Id;
    }

    internal static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Opening the link with birth date and code is the proof; a link with which it was met once does not meet it again after it was reopened.</summary>
    private async Task MeetIdentityAsync(VisitorPass pass, Participant self, Appointment appointment, CancellationToken cancellationToken)
    {
        if (appointment.IsOpen && await IsOpenAsync(appointment, Gate.PatientIdentity, cancellationToken)
            && !await db.Gates.AnyAsync(g => g.TenantId == self.TenantId && g.AppointmentId == appointment.Id && g.Gate == Gate.PatientIdentity && g.ActorId == pass.LinkId, cancellationToken))
        {
            record.Add(appointment, Gate.PatientIdentity, GateOutcome.Met, null, new GateEvidence { Way = GateWay.Link, Link = pass.LinkId });
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    private async Task<bool> IsOpenAsync(Appointment appointment, Gate gate, CancellationToken cancellationToken) =>
        (await check.OpenAsync(appointment, cancellationToken)).Contains(gate);

    private async Task<(Participant Self, Appointment Appointment)?> FindAsync(VisitorPass pass, CancellationToken cancellationToken) =>
        await db.Participants.SingleOrDefaultAsync(p => p.Id == pass.Subject && p.Role == ParticipantRole.Patient, cancellationToken) is { State: not ParticipantState.Removed } self
        && await db.Appointments.SingleOrDefaultAsync(a => a.TenantId == self.TenantId && a.Id == self.AppointmentId, cancellationToken) is { } appointment
            ? (self, appointment) : null;
}
