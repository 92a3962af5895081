using ClinicPortal.Modules.Identity.Demo;
using ClinicPortal.Modules.Identity.HandOver;

namespace ClinicPortal.Modules.Identity.SignIn;

/// <param name="Asked">Where the sign-in leads; travels with the form.</param>
/// <param name="Email">What was typed before a refusal. The password is typed again.</param>
/// <param name="Demo">Ready sign-ins of the demonstration; none outside of it.</param>
public sealed record SignInModel(HandoverRequest Asked, string? Email, string? Error, IReadOnlyList<DemoSignIn> Demo);
