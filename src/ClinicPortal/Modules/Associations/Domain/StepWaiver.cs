using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Associations.Domain;

/// <summary>A step that a clinic says it does not need. Never changed: once the thing is there after all, that counts.</summary>
public sealed class StepWaiver : ITenantOwned
{
    public StepWaiver(MemberClinic clinic, OnboardingStep step, CurrentUser by, DateTimeOffset now)
    {
        TenantId = clinic.TenantId;
        Id = Guid.CreateVersion7(now);
        ClinicId = clinic.Id;
        Step = step;
        At = now;
        ById = by.Id;
        ByName = by.Name;
    }

    private StepWaiver()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ClinicId { get; private set; }

    public OnboardingStep Step { get; private set; }

    public DateTimeOffset At { get; private set; }

    public Guid ById { get; private set; }

    public string ByName { get; private set; } = "";

    /// <summary>Where only the clinic knows that there is nothing to do.</summary>
    public static bool MayWaive(OnboardingStep step) => step is OnboardingStep.Staff or OnboardingStep.Patients;
}
