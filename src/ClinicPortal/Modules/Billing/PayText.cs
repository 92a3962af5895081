namespace ClinicPortal.Modules.Billing;

/// <summary>Names the words of pay for doctors and drivers.</summary>
public sealed class PayText;
