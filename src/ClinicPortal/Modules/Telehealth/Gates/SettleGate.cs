using ClinicPortal.Modules.Telehealth.Data;
using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Telehealth.Gates;

/// <summary>What clinic and doctor do about a gate by hand: meet it by what they were told, go on without it, or take it back.</summary>
public sealed class SettleGate(TelehealthContext db, ShowGates gates, GateCheck check, AppointmentAccess access, RecordGate record, ITenantResolver tenants)
{
    public async Task<Result<Guid>> MeetAsync(Guid id, Gate gate, GateEvidence evidence, CancellationToken cancellationToken)
    {
        var found = await FindAsync(id, gate, cancellationToken);
        if (!found.Succeeded)
        {
            return Result<Guid>.Refused(found.Errors);
        }
        var (appointment, state) = found.Value;
        if (!state.IsOpen)
        {
            return Error.Conflict("gate.not-open");
        }
        if (gate == Gate.CarePlan && !access.Conducts(appointment))
        {
            // Seeing a new patient by video without a plan is the doctor's decision.
            return Error.Forbidden("gate.only-the-doctor");
        }
        var problems = GateRules.ProblemsOfMeeting(gate, evidence, appointment.FirstVisit);
        if (problems.Count > 0)
        {
            return Result<Guid>.Refused(problems);
        }
        record.Add(appointment, gate, GateOutcome.Met, VersionOf(gate, appointment), evidence);
        await db.SaveChangesAsync(cancellationToken);
        return id;
    }

    public async Task<Result<Guid>> BypassAsync(Guid id, Gate gate, GateEvidence evidence, CancellationToken cancellationToken)
    {
        var found = await FindAsync(id, gate, cancellationToken);
        if (!found.Succeeded)
        {
            return Result<Guid>.Refused(found.Errors);
        }
        var (appointment, state) = found.Value;
        if (!access.Conducts(appointment))
        {
            return Error.Forbidden("gate.only-the-doctor");
        }
        if (!state.IsOpen)
        {
            return Error.Conflict("gate.not-open");
        }
        var problems = GateRules.ProblemsOfBypassing(gate, evidence);
        if (problems.Count > 0)
        {
            return Result<Guid>.Refused(problems);
        }
        record.Add(appointment, gate, GateOutcome.Bypassed, null, evidence);
        await db.SaveChangesAsync(cancellationToken);
        return id;
    }

    public async Task<Result<Guid>> ReopenAsync(Guid id, Gate gate, string? reason, CancellationToken cancellationToken)
    {
        var found = await FindAsync(id, gate, cancellationToken);
        if (!found.Succeeded)
        {
            return Result<Guid>.Refused(found.Errors);
        }
        if (found.Value.State.IsOpen)
        {
            return Error.Conflict("gate.already-open");
        }
        if (reason is null)
        {
            return Error.OnField("reason", "required");
        }
        record.Add(found.Value.Appointment, gate, GateOutcome.Reopened, null, new GateEvidence { Reason = reason });
        await db.SaveChangesAsync(cancellationToken);
        return id;
    }

    /// <summary>Somebody has looked at the photo. It is deleted whatever they found: kept are who looked, and its SHA-256.</summary>
    public async Task<Result<Guid>> JudgePhotoAsync(Guid id, bool matches, string? reason, CancellationToken cancellationToken)
    {
        var found = await FindAsync(id, Gate.PatientDocument, cancellationToken);
        if (!found.Succeeded)
        {
            return Result<Guid>.Refused(found.Errors);
        }
        var appointment = found.Value.Appointment;
        if (await gates.LastPhotoAsync(appointment, cancellationToken) is not { } photo)
        {
            return Error.Conflict("document.none");
        }
        if (!matches && reason is null)
        {
            return Error.OnField("reason", "required");
        }
        record.Add(
            appointment, Gate.PatientDocument, matches ? GateOutcome.Met : GateOutcome.Reopened, null,
            new GateEvidence { Way = GateWay.Photo, Sha256 = photo.Sha256(), Reason = matches ? null : reason });
        db.Documents.RemoveRange(await db.Documents.Where(d => d.TenantId == appointment.TenantId && d.AppointmentId == id).ToListAsync(cancellationToken));
        await db.SaveChangesAsync(cancellationToken);
        return id;
    }

    private string? VersionOf(Gate gate, Appointment appointment)
    {
        var settings = tenants.ById(appointment.TenantId)?.Settings.OnlineConsultation;
        return gate switch
        {
            Gate.Consent => settings?.Consent.Version,
            Gate.Questionnaire => settings?.ServiceNamed(appointment.Service)?.Questionnaire.Version,
            _ => null,
        };
    }

    private async Task<Result<(Appointment Appointment, GateState State)>> FindAsync(Guid id, Gate gate, CancellationToken cancellationToken)
    {
        if (await gates.FindAsync(id, cancellationToken) is not { } appointment)
        {
            return Error.NotFound("appointment.not-found");
        }
        if (!appointment.IsOpen)
        {
            return Error.Conflict("gate.consultation-over");
        }
        return (await check.AllAsync(appointment, cancellationToken)).SingleOrDefault(s => s.Gate == gate) is { } state
            ? (appointment, state) : Error.Conflict("gate.not-asked-for");
    }
}
