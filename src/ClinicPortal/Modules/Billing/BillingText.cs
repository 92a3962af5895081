namespace ClinicPortal.Modules.Billing;

/// <summary>Names the module's words.</summary>
public sealed class BillingText;
