-- Tutorials: their steps, who completed what, and what everybody wants of them.
CREATE TABLE "tutorial_progress" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tutorial_progress_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"user_id" bigint NOT NULL,
	"step_id" bigint NOT NULL,
	CONSTRAINT "tutorial_progress_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "tutorial_progress_step_unique" UNIQUE("tenant_id","user_id","step_id")
);
--> statement-breakpoint
CREATE TABLE "tutorial_settings" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tutorial_settings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"user_id" bigint NOT NULL,
	"tutorials_enabled" boolean DEFAULT true NOT NULL,
	"completed_onboarding" boolean DEFAULT false NOT NULL,
	"dismissed_hints" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "tutorial_settings_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "tutorial_settings_user_id_unique" UNIQUE("tenant_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "tutorial_steps" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tutorial_steps_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"tutorial_id" bigint NOT NULL,
	"position" integer NOT NULL,
	"title" jsonb NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "tutorial_steps_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "tutorial_steps_position_unique" UNIQUE("tenant_id","tutorial_id","position")
);
--> statement-breakpoint
CREATE TABLE "tutorials" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tutorials_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" bigint DEFAULT app.tenant() NOT NULL,
	"created_at" timestamp with time zone DEFAULT app.now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT app.write_time() NOT NULL,
	"key" text,
	"role" text DEFAULT 'all' NOT NULL,
	"position" integer DEFAULT 100 NOT NULL,
	"title" jsonb NOT NULL,
	CONSTRAINT "tutorials_tenant_id_id_unique" UNIQUE("tenant_id","id"),
	CONSTRAINT "tutorials_key_unique" UNIQUE("tenant_id","key"),
	CONSTRAINT "tutorials_role_check" CHECK ("tutorials"."role" in ('all', 'admin', 'manager', 'technician', 'frontdesk', 'accountant'))
);
--> statement-breakpoint
ALTER TABLE "tutorial_progress" ADD CONSTRAINT "tutorial_progress_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tutorial_progress" ADD CONSTRAINT "tutorial_progress_step_id_fk" FOREIGN KEY ("tenant_id","step_id") REFERENCES "public"."tutorial_steps"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tutorial_settings" ADD CONSTRAINT "tutorial_settings_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."users"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tutorial_steps" ADD CONSTRAINT "tutorial_steps_tutorial_id_fk" FOREIGN KEY ("tenant_id","tutorial_id") REFERENCES "public"."tutorials"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tutorial_progress_step_id_idx" ON "tutorial_progress" USING btree ("tenant_id","step_id");
--> statement-breakpoint
call app.protect('tutorials', 'tutorial');
--> statement-breakpoint
call app.protect('tutorial_steps', 'tutorial_step', p_root => 'tutorial:tutorial_id');
--> statement-breakpoint
-- What somebody read is nobody's history.
call app.protect('tutorial_progress', 'tutorial_progress', p_history => false);
--> statement-breakpoint
call app.protect('tutorial_settings', 'tutorial_settings', p_history => false);
