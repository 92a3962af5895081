namespace ClinicPortal.Modules.Associations.Contracts;

/// <summary>What a clinic does before its first night under cover, in this order.</summary>
public enum OnboardingStep
{
    Institution,
    Doctors,
    Terms,
    Cover,
    Payment,
    Staff,
    Patients,
    TestCall,
}

/// <summary>
/// What a module that builds on this one knows of how far clinics have come with one step: the checklist computes from it
/// what no person has to tick.
/// </summary>
public interface IOnboardingFacts
{
    OnboardingStep Step { get; }

    /// <param name="clinic">One clinic, or all within the tenants in scope.</param>
    /// <returns>Clinics that have not begun with the step are left out.</returns>
    Task<IReadOnlyDictionary<ClinicId, OnboardingFact>> ReadAsync(ClinicId? clinic, CancellationToken cancellationToken);
}

/// <param name="Count">How many of what the step is about: patients.</param>
/// <param name="Name">What was chosen: the plan.</param>
/// <param name="On">From when it counts.</param>
public sealed record OnboardingFact(int Count, string? Name = null, DateOnly? On = null);
