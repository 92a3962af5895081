namespace ClinicPortal.Modules.Billing;

/// <summary>Names the words of payments and books.</summary>
public sealed class PaymentText;
