namespace ClinicPortal.Shared;

/// <summary>As the insurance card says.</summary>
public enum Sex
{
    Male,
    Female,
}
