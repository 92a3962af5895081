using ClinicPortal.Modules.Identity.Demo;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Identity.SignIn;

/// <param name="Asked">Where the sign-in leads; travels with the form.</param>
/// <param name="Outside">The provider of the association that the sign-in leads to, if it has one.</param>
/// <param name="Demo">Ready sign-ins of the demonstration; none outside of it.</param>
public sealed record SignInModel(HandoverRequest Asked, FormState Form, OutsideButton? Outside, IReadOnlyList<DemoSignIn> Demo);

/// <summary>Leads to an association's own provider.</summary>
public sealed record OutsideButton(string Href, LocalizedText Text, LocalizedText Association);
